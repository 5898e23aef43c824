import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

/** Downloads each line's URL to the file after the tab with java.net.http.HttpClient. */
class HttpClientClient {
    public static void main(String[] args) throws Exception {
        HttpClient client = HttpClient.newBuilder().proxy(ProxySelector.getDefault()).build();
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            String[] pair = line.split("\t");
            HttpResponse<Path> answer = client.send(
                    HttpRequest.newBuilder(URI.create(pair[0])).build(),
                    HttpResponse.BodyHandlers.ofFile(Path.of(pair[1])));
            if (answer.statusCode() != 200) {
                throw new IllegalStateException("status " + answer.statusCode());
            }
        }
    }
}
