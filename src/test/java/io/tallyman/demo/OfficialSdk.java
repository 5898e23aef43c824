package io.tallyman.demo;

import com.aliyun.oss.ClientBuilderConfiguration;
import com.aliyun.oss.OSS;
import com.aliyun.oss.OSSClientBuilder;
import com.aliyun.oss.common.auth.CredentialsProvider;
import com.aliyun.oss.common.auth.DefaultCredentialProvider;
import com.aliyun.oss.common.comm.SignVersion;
import com.aliyun.oss.model.GeneratePresignedUrlRequest;
import com.aliyun.sdk.service.oss2.OSSClient;
import com.aliyun.sdk.service.oss2.PresignOptions;
import com.aliyun.sdk.service.oss2.credentials.StaticCredentialsProvider;
import com.aliyun.sdk.service.oss2.models.GetObjectRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Date;
import java.util.List;

/** The official SDKs as presigners of GETs for the stand-in. */
final class OfficialSdk {
    static final String REGION = "cn-hangzhou";

    private OfficialSdk() {}

    /** The newer SDK's URL, in path style or for a virtual host. */
    static String presign(URI endpoint, boolean pathStyle, StandInCredentials keys, GetObjectRequest request) {
        return presign(endpoint, pathStyle, keys, request, List.of());
    }

    @SuppressWarnings("try") // the SDK's close() declares Exception
    static String presign(
            URI endpoint,
            boolean pathStyle,
            StandInCredentials keys,
            GetObjectRequest request,
            List<String> additionalHeaders) {
        try (OSSClient client = OSSClient.newBuilder()
                .region(REGION)
                .endpoint(endpoint.toString())
                .usePathStyle(pathStyle)
                .additionalHeaders(additionalHeaders)
                .credentialsProvider(
                        keys.securityToken() == null
                                ? new StaticCredentialsProvider(keys.accessKeyId(), keys.accessKeySecret())
                                : new StaticCredentialsProvider(
                                        keys.accessKeyId(), keys.accessKeySecret(), keys.securityToken()))
                .build()) {
            return client.presign(
                            request,
                            PresignOptions.newBuilder()
                                    .expiration(Duration.ofHours(1))
                                    .build())
                    .url();
        } catch (Exception e) {
            throw new AssertionError("the SDK cannot presign", e);
        }
    }

    /** The older SDK's V4 URL. */
    @SuppressWarnings("JavaUtilDate") // the SDK asks for one
    static String presignOld(URI endpoint, StandInCredentials keys, GeneratePresignedUrlRequest request) {
        ClientBuilderConfiguration configuration = new ClientBuilderConfiguration();
        configuration.setSignatureVersion(SignVersion.V4);
        CredentialsProvider provider = keys.securityToken() == null
                ? new DefaultCredentialProvider(keys.accessKeyId(), keys.accessKeySecret())
                : new DefaultCredentialProvider(keys.accessKeyId(), keys.accessKeySecret(), keys.securityToken());
        OSS client = OSSClientBuilder.create()
                .endpoint(endpoint.toString())
                .region(REGION)
                .credentialsProvider(provider)
                .clientConfiguration(configuration)
                .build();
        try {
            // One hour from the SDK's own clock, which is the system's.
            request.setExpiration(
                    new Date(System.currentTimeMillis() + Duration.ofHours(1).toMillis()));
            return client.generatePresignedUrl(request).toString();
        } finally {
            client.shutdown();
        }
    }
}
