package io.tallyman.sign;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class HmacKeyTest {

    @Test
    void agreesWithThePlatformsHmac() throws GeneralSecurityException {
        Random random = new Random(Seed.announced());
        for (Map.Entry<String, String> pair :
                Map.of("SHA-256", "HmacSHA256", "SHA-1", "HmacSHA1").entrySet()) {
            MessageDigest digest = MessageDigest.getInstance(pair.getKey());
            for (int keyBytes = 1; keyBytes < 200; keyBytes++) {
                byte[] key = new byte[keyBytes];
                random.nextBytes(key);
                byte[] message = new byte[random.nextInt(300)];
                random.nextBytes(message);
                Mac mac = Mac.getInstance(pair.getValue());
                mac.init(new SecretKeySpec(key, pair.getValue()));

                assertThat(new HmacKey(digest, key).sign(digest, message)).isEqualTo(mac.doFinal(message));
            }
        }
    }
}
