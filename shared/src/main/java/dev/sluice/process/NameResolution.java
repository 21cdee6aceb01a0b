package dev.sluice.process;

import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import java.security.Security;

/** How a process resolves the names of its servers. */
public final class NameResolution {
    /** A failover behind a name must take effect at the next attempts to connect, whatever time to live its record has. */
    private static final int SECONDS_KEPT = 2;

    private static final int HOSTS_FILE_READ_EVERY_MS = 2_000;

    /** The JDK's property for a file of names instead of the system's; Vert.x knows nothing of it. */
    private static final String HOSTS_FILE = "jdk.net.hosts.file";

    private NameResolution() {}

    /**
     * Options under which no address is kept for longer than {@value #SECONDS_KEPT} seconds. The same then holds for the JDK's own resolver
     * (JDBC, HTTP), which otherwise keeps an address for 30 seconds; call this before it has resolved a name.
     */
    public static VertxOptions freshNames() {
        Security.setProperty("networkaddress.cache.ttl", String.valueOf(SECONDS_KEPT));
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        AddressResolverOptions resolver = new AddressResolverOptions()
                .setCacheMaxTimeToLive(SECONDS_KEPT)
                .setCacheNegativeTimeToLive(0)
                .setHostsRefreshPeriod(HOSTS_FILE_READ_EVERY_MS);
        String hosts = System.getProperty(HOSTS_FILE, "");
        return new VertxOptions().setAddressResolverOptions(hosts.isEmpty() ? resolver : resolver.setHostsPath(hosts));
    }
}
