package dev.sluice.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An address shows where it leads and never who may go there. */
class AddressTest {
    private static final List<String> PLACES = List.of(
            "redis://%s@127.0.0.1:6390",
            "redis://%s@127.0.0.1:6390/2",
            "redis+sentinel://%s@127.0.0.1:26379,[::1]:26379,redis.example/queue",
            "rediss://%s@redis.example:6390",
            "http://%s@127.0.0.1:5000/mlflow",
            "https://%s@[::1]:5000",
            "postgresql://%s@127.0.0.1:5432/sluice?sslmode=require");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Qw7xKp@Zr9mTb", "Qw7xKp/Zr9mTb", "Qw7xKp#Zr9mTb", "Qw7xKp%Zr9mTb", "Qw7xKp?Zr9mTb", "Qw7xKp Zr9mTb",
                "Qw7xKp[Zr9mTb", "Qw7xKp\\Zr9mTb", "Qw7xKp^Zr9mTb", "Qw7xKp{Zr9mTb", "Qw7xKp|Zr9mTb", "Qw7xKp\"Zr9mTb",
                "Qw7xKp<Zr9mTb", "Qw7xKp@Zr9mTb/Hn4vLs#Jc8dFy", "12345678/Zr9mTb", "12345678?Zr9mTb", "12345678#Zr9mTb"
            })
    void anUnencodedPasswordIsRefusedWithAHintAndWithoutItself(String password) {
        for (String place : PLACES) {
            for (String user : List.of("", "reader")) {
                String text = place.formatted(user + ":" + password);
                IllegalArgumentException refused =
                        assertThrows(IllegalArgumentException.class, () -> Address.parse(text), text);
                String shown = refused.getMessage() + refused.getCause();
                assertTrue(shown.contains("percent-encode"), shown);
                for (String piece : password.split("[^A-Za-z0-9]")) {
                    assertFalse(shown.contains(piece), shown);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Qw7xKp@Zr9mTb/Hn4vLs#Jc8dFy%Gk2wRq?Vb6nXe:Mt3pZu+Lx5cSa é",
                "Qw7xKp:Zr9mTb",
                "Qw7xKp+Zr9mTb",
                "Qw7xKp"
            })
    void anEncodedPasswordIsReadAsItWasMeantAndNotShown(String password) {
        String encoded = URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20");
        for (String place : PLACES) {
            Address address = Address.parse(place.formatted("reader:" + encoded));
            assertEquals(
                    new Address.Credentials("reader", password),
                    address.credentials().orElseThrow());
            assertTrue(address.withCredentials().contains(encoded));
            for (String shown : List.of(
                    address.toString(), address.base(), address.credentials().toString())) {
                assertFalse(shown.contains("Qw7xKp") || shown.contains("Zr9mTb") || shown.contains("reader"), shown);
            }
        }
    }

    @Test
    void thePasswordOfAQueryIsNotShown() {
        Address address = Address.parse("postgresql://127.0.0.1:5432/sluice?user=reader&password=Qw7xKp");
        assertEquals("postgresql://127.0.0.1:5432/sluice", address.toString());
    }

    @Test
    void itShowsWhereItLeads() {
        assertEquals(
                "redis://127.0.0.1:6390/2",
                Address.parse("redis://:Qw7xKp@127.0.0.1:6390/2").toString());
        assertEquals(
                "unix:///run/redis.sock",
                Address.parse("unix:///run/redis.sock?password=Qw7xKp").toString());
        assertEquals(
                "redis+sentinel://one:26379,[::1],three/queue/2",
                Address.parse("redis+sentinel://reader:Qw7xKp@one:26379,[::1],three/queue/2?sentinel-password=Zr9mTb")
                        .toString());
        assertEquals(
                "http://[::1]:5000/mlflow",
                Address.parse("http://[::1]:5000/mlflow").toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Qw7xKp",
                "127.0.0.1:6390",
                "redis:Qw7xKp",
                "redis://",
                "redis://Qw_7xKp:6390",
                "redis://Qw7xKp:port",
                "redis://Qw7xKp,one:6390",
                "redis+sentinel://Qw7xKp,,one/queue",
                "redis+sentinel://Qw7xKp:port,one/queue",
                "redis+sentinel:///queue,Qw7xKp@",
                "",
                " "
            })
    void whatIsNoAddressIsRefusedWithoutRepeatingIt(String text) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> Address.parse(text));
        assertFalse(String.valueOf(refused.getMessage()).contains("Qw"), refused.getMessage());
        assertTrue(String.valueOf(refused.getMessage()).contains(": "), refused.getMessage());
    }
}
