import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** Downloads each line's URL to the file after the tab with HttpURLConnection. */
class UrlConnectionClient {
    public static void main(String[] args) throws Exception {
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            String[] pair = line.split("\t");
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(pair[0]).toURL().openConnection();
            try (InputStream body = connection.getInputStream()) {
                Files.copy(body, Path.of(pair[1]));
            }
        }
    }
}
