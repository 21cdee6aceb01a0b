package dev.sluice.settings;

import java.util.regex.Pattern;

/** Addresses of the form {@code scheme://user:password@host:port/…}. */
public final class ServerAddress {
    private static final Pattern USER = Pattern.compile("//.*@");

    private ServerAddress() {}

    /** For logs and answers, which more people read than may know the password. */
    public static String withoutUser(String address) {
        return USER.matcher(address).replaceFirst("//");
    }
}
