package dev.sluice.redis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The text of a Lua script beside a class in its jar. */
public final class LuaSource {
    private LuaSource() {}

    /** @param name without {@code .lua} */
    public static String read(Class<?> beside, String name) {
        try (InputStream lua = beside.getResourceAsStream(name + ".lua")) {
            if (lua == null) {
                throw new IllegalStateException("script " + name + ".lua is missing from the jar");
            }
            return new String(lua.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("script " + name + ".lua cannot be read", e);
        }
    }
}
