package io.tallyman.sign;

import com.aliyun.sdk.service.oss2.OSSClient;
import com.aliyun.sdk.service.oss2.credentials.StaticCredentialsProvider;
import com.aliyun.sdk.service.oss2.models.GetObjectRequest;
import com.aliyun.sdk.service.oss2.signer.Signer;
import com.aliyun.sdk.service.oss2.signer.SigningContext;
import io.tallyman.store.Addressing;
import io.tallyman.store.Credentials;
import io.tallyman.store.Store;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The newer official SDK, {@code com.aliyun:alibabacloud-oss-v2}, asked through its public client, with a signer of its own that
 * is told the time. It connects to nothing. For one thread.
 */
final class SdkV2 implements AutoCloseable {
    private final Signer signer;
    private final Map<Store, OSSClient> clients = new HashMap<>();
    private Instant at = Instant.EPOCH;
    private Instant expiration = Instant.EPOCH;
    private List<String> additionalHeaders = List.of();

    SdkV2(Signer signer) {
        this.signer = signer;
    }

    String sign(SigningCase input) {
        at = input.at();
        expiration = at.plus(input.request().expires());
        additionalHeaders = List.copyOf(input.request().additionalHeaders());
        SignRequest request = input.request();
        GetObjectRequest.Builder asked = GetObjectRequest.newBuilder()
                .bucket(input.store().bucket())
                .key(request.key())
                .headers(new HashMap<>(request.headers()))
                .parameters(new HashMap<>(request.params()));
        if (request.versionId() != null) {
            asked.versionId(request.versionId());
        }
        return clients.computeIfAbsent(input.store(), this::client)
                .presign(asked.build())
                .url();
    }

    private OSSClient client(Store store) {
        Credentials keys = store.credentials().current();
        return OSSClient.newBuilder()
                .endpoint(store.endpoint().toString())
                .region(store.region())
                .usePathStyle(store.addressing() == Addressing.PATH)
                .useCName(store.addressing() == Addressing.CUSTOM_DOMAIN)
                .credentialsProvider(
                        new StaticCredentialsProvider(keys.accessKeyId(), keys.accessKeySecret(), keys.securityToken()))
                .signer(this::signAsOfThen)
                .build();
    }

    private void signAsOfThen(SigningContext context) {
        context.setSignTime(at);
        context.setExpiration(expiration);
        context.setAdditionalHeaders(additionalHeaders);
        signer.sign(context);
        // The client compares this with the wall clock, and a test's time may lie anywhere.
        context.setExpiration(null);
    }

    @Override
    public void close() {
        clients.values().forEach(client -> {
            try {
                client.close();
            } catch (Exception e) {
                throw new IllegalStateException("the SDK's client does not close", e);
            }
        });
    }
}
