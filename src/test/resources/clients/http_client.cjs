// Downloads each line's URL to the file after the tab with node's http; names under .example are this machine.
const dns = require('node:dns');
const fs = require('node:fs');
const http = require('node:http');

const lookup = dns.lookup;
dns.lookup = (host, ...rest) => lookup(host.endsWith('.example') ? '127.0.0.1' : host, ...rest);

const get = (url, name) => new Promise((resolve, reject) => {
  http.get(url, answer => {
    if (answer.statusCode !== 200) {
      reject(new Error('status ' + answer.statusCode));
      return;
    }
    answer.pipe(fs.createWriteStream(name)).on('finish', resolve).on('error', reject);
  }).on('error', reject);
});

(async () => {
  for (const line of fs.readFileSync(process.argv[2], 'utf8').trimEnd().split('\n')) {
    await get(...line.split('\t'));
  }
})().catch(error => {
  console.error(error.message);
  process.exit(1);
});
