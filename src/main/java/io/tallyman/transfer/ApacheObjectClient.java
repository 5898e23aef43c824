package io.tallyman.transfer;

import io.tallyman.sign.SignedUrl;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.net.URIAuthority;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Apache HttpClient 5, blocking, on a pool of connections kept alive: of the clients measured the one with the least CPU per
 * byte. Everything it would do on its own is switched off. TLS trusts what the JVM trusts. Thread-safe.
 */
public final class ApacheObjectClient implements ObjectClient {
    /** A connection that rested this long is looked at before it is used: the server may have closed it. */
    private static final TimeValue VALIDATE_AFTER = TimeValue.ofSeconds(1);
    /** Below the minute after which load balancers commonly drop idle connections. */
    private static final TimeValue KEEP_ALIVE = TimeValue.ofSeconds(50);

    /** Only reached where connections leak; a transfer may wait for as long as another one takes. */
    private static final Timeout LEASE_TIMEOUT = Timeout.ofDays(1);

    private static final int MAX_HEAD_LINE_BYTES = 32 * 1024;
    private static final int MAX_HEADERS = 200;
    /** Large enough for the head and a small object's body in one read. */
    private static final int SESSION_BUFFER_BYTES = 32 * 1024;

    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private final CloseableHttpClient http;
    /** Of its own, so that no connection to a private address is in its pool. */
    private final CloseableHttpClient foreign;

    private final UrlHosts hosts;
    private final Proxies proxies;
    private final Deadlines deadlines;

    /** Without proxies, and asking of hosts of URLs that others signed only those with public addresses. */
    public ApacheObjectClient(TransferSettings settings) {
        this(settings, UrlHosts.PUBLIC, Proxies.NONE);
    }

    /** One read of a body may take twice the longest silence. {@code hosts} says where URLs may lead that others signed. */
    public ApacheObjectClient(TransferSettings settings, UrlHosts hosts, Proxies proxies) {
        this(settings, hosts, proxies, settings.idleTimeout());
    }

    /** The same with one read of a body taking {@code stallWindow} longer than the longest silence at most. */
    public ApacheObjectClient(TransferSettings settings, UrlHosts hosts, Proxies proxies, Duration stallWindow) {
        this(settings, hosts, proxies, SystemDefaultDnsResolver.INSTANCE, new Deadlines(settings, stallWindow));
    }

    /** The same with another source of addresses than the system's; closes the deadlines. */
    ApacheObjectClient(
            TransferSettings settings, UrlHosts hosts, Proxies proxies, DnsResolver names, Deadlines deadlines) {
        RequestLineLogging.silence();
        this.hosts = hosts;
        this.proxies = proxies;
        this.deadlines = deadlines;
        this.http = client(settings, names);
        this.foreign = hosts.onlyPublic() ? client(settings, new PublicAddresses(names)) : http;
    }

    private static CloseableHttpClient client(TransferSettings settings, DnsResolver names) {
        Timeout connect = Timeout.of(settings.connectTimeout());
        Timeout idle = Timeout.of(settings.idleTimeout());
        Http1Config heads = Http1Config.custom()
                .setBufferSize(SESSION_BUFFER_BYTES)
                .setMaxLineLength(MAX_HEAD_LINE_BYTES)
                .setMaxHeaderCount(MAX_HEADERS)
                .build();
        return HttpClients.custom()
                .setConnectionManager(connections(new ReachableFirst(names))
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(heads)
                                .build())
                        .setMaxConnTotal(settings.maxConnections())
                        .setMaxConnPerRoute(settings.maxConnections())
                        .setDefaultSocketConfig(
                                SocketConfig.custom().setSoTimeout(idle).build())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(connect)
                                .setSocketTimeout(idle)
                                .setValidateAfterInactivity(VALIDATE_AFTER)
                                .build())
                        .setDefaultTlsConfig(
                                TlsConfig.custom().setHandshakeTimeout(connect).build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(idle)
                        .setConnectionRequestTimeout(LEASE_TIMEOUT)
                        .setConnectionKeepAlive(KEEP_ALIVE)
                        .setRedirectsEnabled(false)
                        .setAuthenticationEnabled(false)
                        .setContentCompressionEnabled(false)
                        .setProtocolUpgradeEnabled(false)
                        .build())
                .setRoutePlanner(new ProxyRoutes())
                .setUserAgent(settings.userAgent())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableConnectionState()
                .build();
    }

    private static PoolingHttpClientConnectionManagerBuilder connections(ReachableFirst addresses) {
        return new PoolingHttpClientConnectionManagerBuilder() {
            @Override
            protected HttpClientConnectionOperator createConnectionOperator(
                    SchemePortResolver ports, DnsResolver names, TlsSocketStrategy tls) {
                return new DefaultHttpClientConnectionOperator(
                        addresses,
                        ports,
                        names,
                        RegistryBuilder.<TlsSocketStrategy>create()
                                .register(URIScheme.HTTPS.id, tls)
                                .build());
            }
        }.setDnsResolver(addresses);
    }

    @Override
    public Answer get(SignedUrl url, Map<String, String> headers) throws IOException {
        RequestTarget target = RequestTarget.of(url.reveal());
        if (url.isByOthers()) {
            hosts.check(target.host());
        }
        TimedRequest request = new TimedRequest(deadlines);
        request.setScheme(target.scheme());
        request.setAuthority(new URIAuthority(target.host(), target.port()));
        request.setPath(target.target());
        addHeaders(request, url.requiredHeaders());
        addHeaders(request, headers);
        Answer answer = null;
        try {
            request.open();
            answer = new ApacheAnswer(request, send(url.isByOthers() ? foreign : http, target, request));
            return answer;
        } finally {
            if (answer == null) {
                request.close();
            }
        }
    }

    private ClassicHttpResponse send(CloseableHttpClient client, RequestTarget target, TimedRequest request)
            throws IOException {
        ClassicHttpResponse response;
        try {
            response = open(client, target, request);
        } catch (IOException e) {
            request.end(e);
            throw translated(e);
        } catch (RuntimeException e) {
            // The client's way to say that its connection is gone; nothing else is cut.
            request.end(e);
            throw e;
        }
        request.end(null);
        return response;
    }

    private ClassicHttpResponse open(CloseableHttpClient client, RequestTarget target, TimedRequest request)
            throws IOException {
        Proxies.Proxy proxy = proxies.to(target);
        return proxy == null
                ? client.executeOpen(new HttpHost(target.scheme(), target.host(), target.port()), request, null)
                : ProxyRoutes.open(client, target, request, proxy);
    }

    private static void addHeaders(TimedRequest request, Map<String, String> headers) throws UnusableUrlException {
        for (Map.Entry<String, String> header : headers.entrySet()) {
            String name = header.getKey();
            if (!HEADER_NAME.matcher(name).matches()
                    || header.getValue().chars().anyMatch(c -> (c < 0x20 && c != '\t') || c >= 0x7f)) {
                throw new UnusableUrlException("a header has a name or value that no request can carry");
            }
            // The host of a URL is always sent; a second one would make the request invalid.
            if (!name.equalsIgnoreCase("Host")) {
                request.setHeader(name, header.getValue());
            }
        }
    }

    /** The client's own exceptions as those {@link ObjectClient} promises. */
    static IOException translated(IOException e) {
        IOException translated = switch (e) {
            case ConnectTimeoutException x -> new ConnectException("connect timed out");
            case ConnectionRequestTimeoutException x -> new ConnectException("no connection became free");
            case TruncatedChunkException x -> null;
            case MalformedChunkCodingException x -> new ProtocolException("malformed chunk");
            case MessageConstraintException x -> new ProtocolException("the head is too large");
            case ClientProtocolException x -> new ProtocolException(reason(x));
            default -> null;
        };
        if (translated == null) {
            return e;
        }
        translated.initCause(e);
        return translated;
    }

    private static String reason(ClientProtocolException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause.getClass().getSimpleName();
    }

    @Override
    public void close() throws IOException {
        try (deadlines;
                http) {
            foreign.close();
        }
    }
}
