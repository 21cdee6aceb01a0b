package dev.sluice.process;

import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;

/** How a process resolves the names of its servers. */
public final class NameResolution {
    /** A failover behind a name must take effect at the next attempts to connect, whatever time to live its record has. */
    private static final int SECONDS_KEPT = 2;

    private static final int HOSTS_FILE_READ_EVERY_MS = 2_000;

    private NameResolution() {}

    /** Options under which no address is kept for longer than {@value #SECONDS_KEPT} seconds. */
    public static VertxOptions freshNames() {
        return new VertxOptions()
                .setAddressResolverOptions(new AddressResolverOptions()
                        .setCacheMaxTimeToLive(SECONDS_KEPT)
                        .setCacheNegativeTimeToLive(0)
                        .setHostsRefreshPeriod(HOSTS_FILE_READ_EVERY_MS));
    }
}
