package io.tallyman.sign;

import com.aliyun.oss.ClientBuilderConfiguration;
import com.aliyun.oss.HttpMethod;
import com.aliyun.oss.OSS;
import com.aliyun.oss.OSSClientBuilder;
import com.aliyun.oss.common.auth.DefaultCredentialProvider;
import com.aliyun.oss.common.comm.SignVersion;
import com.aliyun.oss.model.GeneratePresignedUrlRequest;
import com.aliyun.sdk.service.oss2.OSSClient;
import com.aliyun.sdk.service.oss2.PresignOptions;
import com.aliyun.sdk.service.oss2.credentials.StaticCredentialsProvider;
import com.aliyun.sdk.service.oss2.models.GetObjectRequest;
import io.tallyman.store.Addressing;
import io.tallyman.store.Credentials;
import io.tallyman.store.CredentialsSource;
import io.tallyman.store.Store;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Presigned V4 URLs per second. Every measured call starts from plain values, makes its library's own request, takes the time and
 * ends with the URL's text; clients and signers are made once, as a program that signs in bulk makes them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class SigningBenchmark {
    private static final String BUCKET = "examplebucket";
    private static final String REGION = "cn-hangzhou";
    private static final String ENDPOINT = "https://oss-cn-hangzhou.aliyuncs.com";
    private static final Duration EXPIRES = Duration.ofHours(1);
    private static final int KEYS = 1024;

    /** The inputs of the table. */
    public enum Input {
        SHORT_KEY,
        UNICODE_KEY_200_BYTES,
        STS_VERSION_HEADERS_TRAFFIC_LIMIT
    }

    /** Each thread walks the keys by itself. */
    @State(Scope.Thread)
    public static class Position {
        private int next;

        String keyOf(SigningBenchmark benchmark) {
            return benchmark.keys[next++ & KEYS - 1];
        }
    }

    @Param
    public Input input;

    private final String[] keys = new String[KEYS];
    private String versionId;
    private Map<String, String> headers;
    private Map<String, String> params;
    private Signer signer;
    private OSS sdkV1;
    private OSSClient sdkV2;

    @Setup
    public void prepare() {
        boolean everything = input == Input.STS_VERSION_HEADERS_TRAFFIC_LIMIT;
        for (int i = 0; i < KEYS; i++) {
            String number = String.format("%05d", i);
            keys[i] = input == Input.UNICODE_KEY_200_BYTES
                    ? "数据/集装箱清单/".repeat(7) + "二〇二四/" + "é" + number.repeat(3) + "-.csv"
                    : "data/part-" + number + ".csv";
        }
        versionId = everything ? "CAEQNhiBgMDJgZCA0BYiIDc4MGZjZGI2OTBjOTRmNTE5NmU5NmFhZjhjYmY0" : null;
        headers = everything ? Map.of("x-oss-range-behavior", "standard", "Content-Type", "text/csv") : Map.of();
        params = everything ? Map.of("x-oss-traffic-limit", "819200") : Map.of();
        String token =
                everything ? "CAISfake" + "0123456789abcdefghijklmnopqrstuvwxyz+/ABCDEF".repeat(10) + "==" : null;
        String id = everything ? "STS.fakefakefakefakefakefake" : "LTAIfakefakefakefakefake";
        String secret = "fakefakefakefakefakefakefakefa";

        signer = new Oss4Signer(new Store(
                "bench",
                URI.create(ENDPOINT),
                REGION,
                BUCKET,
                Addressing.VIRTUAL_HOST,
                CredentialsSource.fixed(new Credentials(id, secret, token, null))));

        ClientBuilderConfiguration configuration = new ClientBuilderConfiguration();
        configuration.setSignatureVersion(SignVersion.V4);
        sdkV1 = OSSClientBuilder.create()
                .endpoint(ENDPOINT)
                .region(REGION)
                .credentialsProvider(new DefaultCredentialProvider(id, secret, token))
                .clientConfiguration(configuration)
                .build();
        sdkV2 = OSSClient.newBuilder()
                .endpoint(ENDPOINT)
                .region(REGION)
                .credentialsProvider(new StaticCredentialsProvider(id, secret, token))
                .build();
    }

    @TearDown
    public void close() throws Exception {
        sdkV1.shutdown();
        sdkV2.close();
    }

    @Benchmark
    public String tallyman(Position position) {
        SignRequest request = new SignRequest(position.keyOf(this), versionId, EXPIRES, headers, Set.of(), params);
        return signer.sign(request, Instant.now()).reveal();
    }

    /** Every row brings headers and parameters of its own: nothing of them can be kept from one URL to the next. */
    @Benchmark
    public String tallymanNothingShared(Position position) {
        String key = position.keyOf(this);
        Map<String, String> ownParams = new HashMap<>(params);
        ownParams.put("response-content-language", key.substring(key.length() - 9));
        SignRequest request = new SignRequest(key, versionId, EXPIRES, new HashMap<>(headers), Set.of(), ownParams);
        return signer.sign(request, Instant.now()).reveal();
    }

    @Benchmark
    public String sdkV1(Position position) {
        GeneratePresignedUrlRequest request =
                new GeneratePresignedUrlRequest(BUCKET, position.keyOf(this), HttpMethod.GET);
        request.setExpiration(new Date(System.currentTimeMillis() + EXPIRES.toMillis()));
        headers.forEach(request::addHeader);
        params.forEach(request::addQueryParameter);
        if (versionId != null) {
            request.addQueryParameter("versionId", versionId);
        }
        return sdkV1.generatePresignedUrl(request).toString();
    }

    @Benchmark
    public String sdkV2(Position position) {
        GetObjectRequest.Builder request =
                GetObjectRequest.newBuilder().bucket(BUCKET).key(position.keyOf(this));
        headers.forEach(request::header);
        params.forEach(request::parameter);
        if (versionId != null) {
            request.versionId(versionId);
        }
        PresignOptions options = PresignOptions.newBuilder()
                .expiration(Instant.now().plus(EXPIRES))
                .build();
        return sdkV2.presign(request.build(), options).url();
    }
}
