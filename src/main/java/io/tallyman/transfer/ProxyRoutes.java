package io.tallyman.transfer;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.hc.client5.http.auth.AuthExchange;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
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
            CloseableHttpClient client, RequestTarget target, HttpUriRequestBase request, Proxies.Proxy proxy)
            throws IOException {
        // Resolved here and not by the client, which may know public addresses only.
        HttpHost via = new HttpHost("http", InetAddress.getByName(proxy.host()), proxy.host(), proxy.port());
        return target.scheme().equals("https")
                ? openTunnelled(client, target, request, proxy, via)
                : openPlain(client, target, request, proxy, via);
    }

    private static ClassicHttpResponse openPlain(
            CloseableHttpClient client,
            RequestTarget target,
            HttpUriRequestBase request,
            Proxies.Proxy proxy,
            HttpHost via)
            throws IOException {
        request.setPath(target.absolute());
        if (proxy.user() != null) {
            byte[] pair = (proxy.user() + ":" + proxy.password()).getBytes(StandardCharsets.UTF_8);
            request.setHeader(
                    "Proxy-Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
        }
        ClassicHttpResponse response = client.executeOpen(via, request, null);
        if (response.getCode() == PROXY_AUTHENTICATION_REQUIRED) {
            throw refused(request, response, proxy);
        }
        return response;
    }

    private static ClassicHttpResponse openTunnelled(
            CloseableHttpClient client,
            RequestTarget target,
            HttpUriRequestBase request,
            Proxies.Proxy proxy,
            HttpHost via)
            throws IOException {
        HttpClientContext context = HttpClientContext.create();
        context.setAttribute(PROXY, via);
        if (proxy.user() != null) {
            BasicScheme basic = new BasicScheme();
            basic.initPreemptive(new UsernamePasswordCredentials(
                    proxy.user(), proxy.password().toCharArray()));
            AuthExchange exchange = new AuthExchange();
            exchange.select(basic);
            context.setAuthExchange(via, exchange);
        }
        ClassicHttpResponse response =
                client.executeOpen(new HttpHost(target.scheme(), target.host(), target.port()), request, context);
        // The client hands over the proxy's refusal of CONNECT as if it were the answer; then there is no TLS yet.
        if (context.getSSLSession() == null) {
            throw refused(request, response, proxy);
        }
        return response;
    }

    private static ConnectException refused(
            HttpUriRequestBase request, ClassicHttpResponse response, Proxies.Proxy proxy) {
        ConnectException refused =
                new ConnectException("the proxy " + proxy + " refused with status " + response.getCode());
        request.cancel();
        try {
            response.close();
        } catch (IOException cut) {
            // The rest of what the proxy says was still on its way.
            refused.addSuppressed(cut);
        }
        return refused;
    }

    @Override
    protected @Nullable HttpHost determineProxy(HttpHost target, HttpContext context) {
        return (HttpHost) context.getAttribute(PROXY);
    }
}
