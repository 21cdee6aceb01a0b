package dev.sluice.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One list of forms for every process; a form that cannot be used is a fault of the settings, not of the first attempt to connect. */
class RedisAddressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://127.0.0.1",
                "rediss://reader:secret@redis.example:6390/2",
                "redis://127.0.0.1?db=2",
                "unix:///run/redis.sock?db=2",
                "redis+sentinel://one,two:26380/queue",
                "rediss+sentinel://reader:secret@one,[::1]:26380/queue/3?sentinel-user=guard&sentinel-password=se%26cret"
            })
    void aFormThatConnectsIsNoFault(String text) {
        assertEquals(Optional.empty(), RedisAddress.fault(Address.parse(text)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://one | does not begin with redis:// or rediss://",
                "redis://one/first | a database that is not a number",
                "redis://one?db=first | a database that is not a number",
                "redis+sentinel://one,two | names no service",
                "redis+sentinel://one,two/ | names no service",
                "redis+sentinel://one,two/queue/first | a database that is not a number",
                "redis+sentinel://one,two/queue/1/2 | more than a service and a database",
                "redis+sentinel://one,two/queue?password=Qw7xKp | a parameter other than sentinel-user and sentinel-password",
                "redis+sentinel://one,two/queue?sentinel-user=Qw7xKp | sentinel-user without sentinel-password"
            })
    void aFaultNamesItselfAndTheRemedyWithoutAPassword(String text, String expected) {
        String fault = RedisAddress.fault(Address.parse(text)).orElseThrow();
        assertTrue(fault.contains(expected) && fault.contains(": "), fault);
        assertFalse(fault.contains("Qw7xKp"), fault);
    }

    @Test
    void sentinelsAndRedisGetTheirOwnLogin() {
        RedisAddress.Sentinels sentinels = (RedisAddress.Sentinels)
                RedisAddress.of(
                        Address.parse(
                                "rediss+sentinel://reader:a%2Fb+c@one,[::1]:26380/queue/3?sentinel-user=guard&sentinel-password=se%26cret"));
        assertEquals(List.of(new Address.Host("one", 26_379), new Address.Host("[::1]", 26_380)), sentinels.hosts());
        assertEquals("queue", sentinels.service());
        assertEquals(
                "rediss://guard:se%26cret@one:26379/",
                sentinels.sentinel(sentinels.hosts().getFirst()));
        assertEquals("rediss://reader:a%2Fb%2Bc@ten:6379/3", sentinels.redis(new Address.Host("ten", 6_379)));
        assertFalse(sentinels.toString().contains("se&cret"), sentinels.toString());
    }
}
