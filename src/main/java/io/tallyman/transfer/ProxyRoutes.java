package io.tallyman.transfer;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.hc.client5.http.auth.AuthExchange;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.auth.BasicScheme;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * The way through a proxy: plain requests go to it with the whole URL in their first line, byte for byte as it was signed; TLS goes through a tunnel,
 * in which it sees nothing. What the proxy itself says no with is never taken for the store's answer. Threads: any.
 */
final class ProxyRoutes extends DefaultRoutePlanner {
    private static final String PROXY = "tallyman.proxy";
    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

    ProxyRoutes() {
        super(null);
    }

    /** Sends the request, whose client has to find its routes by this class. */
    static ClassicHttpResponse open(
            CloseableHttpClient client, RequestTarget target, TimedRequest request, Proxies.Proxy proxy)
            throws IOException {
        // Resolved here and not by the client, which may know public addresses only.
        HttpHost via = new HttpHost("http", InetAddress.getByName(proxy.host()), proxy.host(), proxy.port());
        HttpClientContext context = HttpClientContext.create();
        boolean tunnelled = target.scheme().equals("https");
        HttpHost asked;
        if (tunnelled) {
            asked = new HttpHost(target.scheme(), target.host(), target.port());
            tunnelThrough(via, proxy, context);
        } else {
            asked = via;
            askThrough(proxy, target, request);
        }
        ClassicHttpResponse response = client.executeOpen(asked, request, context);
        // The client hands over the proxy's refusal of CONNECT as if it were the answer; then there is no TLS yet.
        boolean refused =
                tunnelled ? context.getSSLSession() == null : response.getCode() == PROXY_AUTHENTICATION_REQUIRED;
        if (refused) {
            new ApacheAnswer(request, response).close();
            throw new ConnectException("the proxy " + proxy + " refused with status " + response.getCode());
        }
        return response;
    }

    private static void askThrough(Proxies.Proxy proxy, RequestTarget target, TimedRequest request) {
        request.setPath(target.absolute());
        if (proxy.user() != null) {
            byte[] pair = (proxy.user() + ":" + proxy.password()).getBytes(StandardCharsets.UTF_8);
            request.setHeader(
                    "Proxy-Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
        }
    }

    private static void tunnelThrough(HttpHost via, Proxies.Proxy proxy, HttpClientContext context) {
        context.setAttribute(PROXY, via);
        if (proxy.user() != null) {
            BasicScheme basic = new BasicScheme();
            basic.initPreemptive(new UsernamePasswordCredentials(
                    proxy.user(), proxy.password().toCharArray()));
            AuthExchange exchange = new AuthExchange();
            exchange.select(basic);
            context.setAuthExchange(via, exchange);
        }
    }

    @Override
    protected @Nullable HttpHost determineProxy(HttpHost target, HttpContext context) {
        return (HttpHost) context.getAttribute(PROXY);
    }
}
