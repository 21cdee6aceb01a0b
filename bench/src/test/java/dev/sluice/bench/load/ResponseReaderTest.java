package dev.sluice.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A response is whole with its last byte, wherever the network cuts it. */
class ResponseReaderTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{\"a\":1}",
                "HTTP/1.1 200 OK\r\nX-A: b\r\ncontent-length:7\r\nX-B: c\r\n\r\n{\"a\":1}",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n{\"a\":1}\r\n0\r\n\r\n"
            })
    void aResponseIsWholeWithItsLastByte(String text) {
        byte[] response = text.getBytes(StandardCharsets.US_ASCII);
        ResponseReader reader = new ResponseReader();
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < response.length; i++) {
                reader.room()[reader.filled()] = response[i];
                boolean whole = reader.arrived(1);
                assertEquals(i == response.length - 1, whole, "after " + (i + 1) + " of " + response.length + " bytes");
            }
            assertEquals(200, reader.status());
            assertTrue(reader.bodyHolds("\"a\":1".getBytes(StandardCharsets.US_ASCII)));
            assertFalse(reader.bodyHolds("200 OK".getBytes(StandardCharsets.US_ASCII)), "the head is no body");
            reader.reset();
        }
    }
}
