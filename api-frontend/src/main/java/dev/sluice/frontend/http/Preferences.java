package dev.sluice.frontend.http;

import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code Prefer} header (RFC 7240), as far as it is understood here. */
record Preferences(boolean respondAsync, Optional<Duration> waitFor) {
    private static final Pattern WAIT = Pattern.compile("wait\\s*=\\s*\"?(\\d{1,9})\"?");

    static Preferences of(HttpServerRequest request) {
        boolean respondAsync = false;
        Optional<Duration> waitFor = Optional.empty();
        for (String header : request.headers().getAll("Prefer")) {
            for (String preference : header.toLowerCase(Locale.ROOT).split("[,;]")) {
                Matcher matcher = WAIT.matcher(preference.strip());
                if (preference.strip().equals("respond-async")) {
                    respondAsync = true;
                } else if (matcher.matches()) {
                    waitFor = Optional.of(Duration.ofSeconds(Long.parseLong(matcher.group(1))));
                }
            }
        }
        return new Preferences(respondAsync, waitFor);
    }
}
