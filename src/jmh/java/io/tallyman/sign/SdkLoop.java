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
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.function.UnaryOperator;

/**
 * What people write without this program: a loop over an official SDK that reads keys, one a line under a header, and prints a
 * presigned URL for each. The bar for {@code tallyman sign --from} a file of a million rows, from the start of the process to its
 * end; {@code signing.md} has the commands.
 */
public final class SdkLoop {
    private static final Duration EXPIRES = Duration.ofMinutes(15);

    private SdkLoop() {}

    /** {@code v1|v2 FILE}; the store is given by the OSS_* variables of the environment. */
    public static void main(String[] args) throws Exception {
        UnaryOperator<String> signer = args[0].equals("v1") ? v1() : v2();
        try (BufferedReader keys = Files.newBufferedReader(Path.of(args[1]));
                BufferedWriter out = new BufferedWriter(new FileWriter(FileDescriptor.out), 1 << 16)) {
            keys.readLine();
            for (String key = keys.readLine(); key != null; key = keys.readLine()) {
                out.write(signer.apply(key));
                out.write('\n');
            }
        }
        // The SDKs leave threads behind.
        System.exit(0);
    }

    private static UnaryOperator<String> v1() {
        ClientBuilderConfiguration configuration = new ClientBuilderConfiguration();
        configuration.setSignatureVersion(SignVersion.V4);
        OSS client = OSSClientBuilder.create()
                .endpoint("https://" + env("ENDPOINT"))
                .region(env("REGION"))
                .credentialsProvider(new DefaultCredentialProvider(env("ACCESS_KEY_ID"), env("ACCESS_KEY_SECRET")))
                .clientConfiguration(configuration)
                .build();
        String bucket = env("BUCKET");
        return key -> {
            GeneratePresignedUrlRequest request = new GeneratePresignedUrlRequest(bucket, key, HttpMethod.GET);
            request.setExpiration(new Date(System.currentTimeMillis() + EXPIRES.toMillis()));
            return client.generatePresignedUrl(request).toString();
        };
    }

    private static UnaryOperator<String> v2() {
        OSSClient client = OSSClient.newBuilder()
                .endpoint("https://" + env("ENDPOINT"))
                .region(env("REGION"))
                .credentialsProvider(new StaticCredentialsProvider(env("ACCESS_KEY_ID"), env("ACCESS_KEY_SECRET")))
                .build();
        String bucket = env("BUCKET");
        return key -> client.presign(
                        GetObjectRequest.newBuilder().bucket(bucket).key(key).build(),
                        PresignOptions.newBuilder()
                                .expiration(Instant.now().plus(EXPIRES))
                                .build())
                .url();
    }

    private static String env(String name) {
        return System.getenv("OSS_" + name);
    }
}
