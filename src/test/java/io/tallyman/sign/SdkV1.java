package io.tallyman.sign;

import com.aliyun.oss.ClientBuilderConfiguration;
import com.aliyun.oss.HttpMethod;
import com.aliyun.oss.OSS;
import com.aliyun.oss.OSSClientBuilder;
import com.aliyun.oss.common.auth.DefaultCredentialProvider;
import com.aliyun.oss.common.comm.SignVersion;
import com.aliyun.oss.model.GeneratePresignedUrlRequest;
import io.tallyman.store.Addressing;
import io.tallyman.store.Credentials;
import io.tallyman.store.Store;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The older official SDK, {@code com.aliyun.oss:aliyun-sdk-oss}, asked through its public client. It connects to nothing. */
final class SdkV1 implements AutoCloseable {
    private final SignVersion version;
    private final Map<Store, OSS> clients = new ConcurrentHashMap<>();

    SdkV1(SignVersion version) {
        this.version = version;
    }

    /** In V4 the signing time is the wall clock's and cannot be set: read it from the URL. */
    String sign(Store store, SignRequest request, Instant expiration) {
        GeneratePresignedUrlRequest asked =
                new GeneratePresignedUrlRequest(store.bucket(), request.key(), HttpMethod.GET);
        asked.setExpiration(Date.from(expiration));
        asked.setHeaders(new HashMap<>(request.headers()));
        request.additionalHeaders().forEach(asked::addAdditionalHeaderName);
        Map<String, String> params = new HashMap<>(request.params());
        if (request.versionId() != null) {
            params.put("versionId", request.versionId());
        }
        asked.setQueryParameter(params);
        return clients.computeIfAbsent(store, this::client)
                .generatePresignedUrl(asked)
                .toString();
    }

    private OSS client(Store store) {
        ClientBuilderConfiguration configuration = new ClientBuilderConfiguration();
        configuration.setSignatureVersion(version);
        configuration.setSLDEnabled(store.addressing() == Addressing.PATH);
        configuration.setSupportCname(store.addressing() == Addressing.CUSTOM_DOMAIN);
        configuration.setVerifyObjectStrictEnable(false);
        Credentials keys = store.credentials().current();
        return OSSClientBuilder.create()
                .endpoint(store.endpoint().toString())
                .region(store.region())
                .credentialsProvider(
                        new DefaultCredentialProvider(keys.accessKeyId(), keys.accessKeySecret(), keys.securityToken()))
                .clientConfiguration(configuration)
                .build();
    }

    @Override
    public void close() {
        clients.values().forEach(OSS::shutdown);
    }
}
