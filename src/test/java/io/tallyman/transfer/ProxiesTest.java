package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                # variables                                          | http   | https
                                                                     | -      | -
                http_proxy=a:1                                       | a:1    | -
                HTTP_PROXY=a:1                                       | a:1    | -
                HTTP_PROXY=a:1 REQUEST_METHOD=GET                    | -      | -
                http_proxy=a:1 REQUEST_METHOD=GET                    | a:1    | -
                https_proxy=a:1                                      | -      | a:1
                HTTPS_PROXY=a:1                                      | -      | a:1
                HTTPS_PROXY=a:1 https_proxy=b:2                      | -      | b:2
                ALL_PROXY=a:1                                        | a:1    | a:1
                all_proxy=a:1 https_proxy=b:2                        | a:1    | b:2
                ALL_PROXY=socks5://x:1 http_proxy=a:1 https_proxy=b:2 | a:1   | b:2
                https_proxy=http://a:1                               | -      | a:1
                https_proxy=HTTP://a:1/                              | -      | a:1
                https_proxy=http://u:p@a:1                           | -      | a:1
                https_proxy=http://a                                 | -      | a:80
                https_proxy=http://[::1]:3128                        | -      | ::1:3128
                https_proxy=a:1 NO_PROXY=*                           | -      | -
                https_proxy=a:1 no_proxy=b.example NO_PROXY=*        | -      | a:1
                """)
    void theVariablesOfOtherToolsAreUnderstood(String variables, String http, String https) throws Exception {
        Proxies proxies = Proxies.of(environment(variables));

        assertThat(String.valueOf(proxies.to(RequestTarget.of("http://t.example/k"))))
                .isEqualTo(http.replace("-", "null"));
        assertThat(String.valueOf(proxies.to(RequestTarget.of("https://t.example/k"))))
                .isEqualTo(https.replace("-", "null"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                # NO_PROXY            | URL                         | direct
                example.com           | http://example.com/         | true
                example.com           | http://EXAMPLE.com./        | true
                EXAMPLE.com           | http://a.example.com/       | true
                example.com           | http://a.b.example.com:81/  | true
                example.com           | http://notexample.com/      | false
                .example.com          | http://a.example.com/       | true
                .example.com          | http://example.com/         | false
                *.example.com         | http://a.example.com/       | true
                *.example.com         | http://example.com/         | false
                example.com:80        | http://example.com/         | true
                example.com:443       | https://example.com/        | true
                example.com:443       | https://example.com:8443/   | false
                example.com:8443      | https://a.example.com:8443/ | true
                a.example, b.example  | http://b.example/           | true
                a.example b.example   | http://b.example/           | true
                ,,a.example,          | http://a.example/           | true
                10.0.0.1              | http://10.0.0.1/            | true
                10.0.0.1              | http://10.0.0.2/            | false
                10.0.0.1:81           | http://10.0.0.1/            | false
                10.0.0.0/8            | http://10.200.3.4/          | true
                10.0.0.0/8            | http://11.0.0.1/            | false
                10.0.0.0/8            | http://ten.example/         | false
                192.168.4.0/22        | http://192.168.7.255/       | true
                192.168.4.0/22        | http://192.168.8.0/         | false
                0.0.0.0/0             | http://1.2.3.4/             | true
                0.0.0.0/0             | http://[2001:db8::1]/       | false
                2001:db8::/32         | http://[2001:db8:1::1]/     | true
                [2001:db8::1]:81      | http://[2001:db8::1]:81/    | true
                [2001:db8::1]         | http://[2001:db8::1]:81/    | true
                2001:db8::1           | http://[2001:0db8::1]/      | true
                *                     | http://anybody.example/     | true
                x.example             | http://localhost:8080/      | true
                x.example             | http://127.0.0.1:8080/      | true
                x.example             | http://127.9.9.9/           | true
                x.example             | http://[::1]/               | true
                x.example             | http://10.0.0.1/            | false
                """)
    void noProxyIsReadAsGoReadsIt(String value, String url, boolean direct) throws Exception {
        Proxies proxies = Proxies.of(Map.of("ALL_PROXY", "http://proxy.example:3128", "NO_PROXY", value));

        assertThat(proxies.to(RequestTarget.of(url)) == null).isEqualTo(direct);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "socks5://canary:1",
                "https://canary:1",
                "http://",
                "canary:0",
                "canary:99999",
                "canary:port",
                "http://canary/path",
                "http://user:canary%zz@a:1",
                "http://user:canary%0a@a:1",
                "ca nary",
                "http://canary@",
            })
    void aValueThatCannotBeUsedIsRefusedByItsVariableAndNotRepeated(String value) {
        for (String variable : new String[] {"https_proxy", "HTTPS_PROXY", "HTTP_PROXY", "all_proxy"}) {
            assertThatThrownBy(() -> Proxies.of(Map.of(variable, value)))
                    .isInstanceOf(UnusableProxyException.class)
                    .hasMessageStartingWith("the variable " + variable + " cannot be used: ")
                    .hasMessageNotContaining("canary");
        }
    }

    @Test
    void aNetworkThatIsNoneIsRefused() {
        assertThatThrownBy(() -> Proxies.of(Map.of("NO_PROXY", "a.example,10.0.0.0/33")))
                .hasMessage("the variable NO_PROXY cannot be used: \"10.0.0.0/33\" is no network such as 10.0.0.0/8");
    }

    @Test
    void aUserAndAPasswordAreDecodedAndNeverPrinted() throws Exception {
        Proxies proxies = Proxies.of(Map.of("HTTPS_PROXY", "http://us%40er:pa%3Ass+w@rd%25@a.example:1"));

        Proxies.Proxy proxy = proxies.to(RequestTarget.of("https://t.example/"));
        assertThat(proxy.user()).isEqualTo("us@er");
        assertThat(proxy.password()).isEqualTo("pa:ss+w@rd%");
        assertThat(proxies + " " + proxy).doesNotContain("us@er").doesNotContain("pa:ss");
    }

    private static Map<String, String> environment(String variables) {
        return variables == null
                ? Map.of()
                : Arrays.stream(variables.split(" "))
                        .map(variable -> variable.split("=", 2))
                        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }
}
