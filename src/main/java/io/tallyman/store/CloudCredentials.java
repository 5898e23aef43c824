package io.tallyman.store;

import com.aliyun.credentials.models.CredentialModel;
import com.aliyun.credentials.provider.AlibabaCloudCredentialsProvider;
import com.aliyun.credentials.provider.DefaultCredentialsProvider;
import com.aliyun.credentials.provider.EcsRamRoleCredentialProvider;
import com.aliyun.credentials.provider.OIDCRoleArnCredentialProvider;
import com.aliyun.credentials.provider.RamRoleArnCredentialProvider;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Credentials that Alibaba's own library fetches: the only class that knows it, so that it is loaded only where it is used. The
 * library's cache and threads are passed by wherever it lets one, since {@link RenewedCredentials} has its own.
 */
final class CloudCredentials implements CredentialsOrigin {
    // The library waits for the metadata service one second, which a busy instance may well take.
    private static final int CONNECT_MILLIS = 3_000;
    private static final int READ_MILLIS = 10_000;

    private final String service;
    private final Supplier<CredentialModel> library;

    private CloudCredentials(String service, Supplier<CredentialModel> library) {
        this.service = service;
        this.library = library;
    }

    /** @param role its name; null to ask the instance for it */
    static CloudCredentials ofInstance(@Nullable String role) {
        return new CloudCredentials(
                "the ECS metadata service",
                () -> EcsRamRoleCredentialProvider.builder()
                        .roleName(role)
                        .asyncCredentialUpdateEnabled(false)
                        .connectionTimeout(CONNECT_MILLIS)
                        .readTimeout(READ_MILLIS)
                        .build()
                        .refreshCredentials()
                        .value());
    }

    /** The file is read anew each time: its token is short-lived too. */
    static CloudCredentials ofServiceAccount(CloudRole role, String oidcProviderArn, String oidcTokenFile) {
        OIDCRoleArnCredentialProvider provider = OIDCRoleArnCredentialProvider.builder()
                .roleArn(role.arn())
                .oidcProviderArn(oidcProviderArn)
                .oidcTokenFilePath(oidcTokenFile)
                .roleSessionName(role.sessionName())
                .durationSeconds(Math.toIntExact(role.sessionDuration().toSeconds()))
                .STSEndpoint(role.stsEndpoint())
                .build();
        return new CloudCredentials("STS", () -> provider.refreshCredentials().value());
    }

    /** @param base the credentials that may assume the role, fetched anew each time; null for those of the default chain */
    static CloudCredentials ofAssumedRole(CloudRole role, @Nullable CredentialsOrigin base) {
        RamRoleArnCredentialProvider provider = RamRoleArnCredentialProvider.builder()
                .roleArn(role.arn())
                .credentialsProvider(base == null ? new DefaultCredentialsProvider() : new Base(base))
                .roleSessionName(role.sessionName())
                .durationSeconds(Math.toIntExact(role.sessionDuration().toSeconds()))
                .externalId(role.externalId())
                .STSEndpoint(role.stsEndpoint())
                .build();
        return new CloudCredentials("STS", () -> provider.refreshCredentials().value());
    }

    /** Environment, OIDC, the files of Alibaba's command line and SDKs, the instance's role: whichever has any first. */
    static CloudCredentials ofChain() {
        return of(new DefaultCredentialsProvider());
    }

    static CloudCredentials of(AlibabaCloudCredentialsProvider provider) {
        return new CloudCredentials("the chain", provider::getCredentials);
    }

    @Override
    public Credentials fetch() throws NotObtainedException {
        CredentialModel model;
        try {
            model = library.get();
        } catch (BaseNotObtainedException e) {
            throw e.why;
        } catch (RuntimeException e) {
            throw LibraryMessage.translated(service, e);
        }
        if (isEmpty(model.getAccessKeyId()) || isEmpty(model.getAccessKeySecret())) {
            throw NotObtainedException.lasting(service + " gave no key");
        }
        long end = model.getExpiration();
        return new Credentials(
                model.getAccessKeyId(),
                model.getAccessKeySecret(),
                model.getSecurityToken(),
                end <= 0 ? null : Instant.ofEpochMilli(end));
    }

    private static boolean isEmpty(@Nullable String text) {
        return text == null || text.isEmpty();
    }

    /** Ours as the library wants them. */
    private record Base(CredentialsOrigin origin) implements AlibabaCloudCredentialsProvider {
        @Override
        public CredentialModel getCredentials() {
            try {
                Credentials base = origin.fetch();
                return CredentialModel.builder()
                        .accessKeyId(base.accessKeyId())
                        .accessKeySecret(base.accessKeySecret())
                        .securityToken(base.securityToken())
                        .providerName(getProviderName())
                        .build();
            } catch (NotObtainedException e) {
                throw new BaseNotObtainedException(e);
            }
        }

        @Override
        public String getProviderName() {
            return "tallyman";
        }

        @Override
        public void close() {}
    }

    /** Carries the reason through the library. */
    private static final class BaseNotObtainedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final NotObtainedException why;

        BaseNotObtainedException(NotObtainedException why) {
            super(why);
            this.why = why;
        }
    }
}
