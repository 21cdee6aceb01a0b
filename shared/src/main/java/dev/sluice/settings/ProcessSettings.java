package dev.sluice.settings;

import picocli.CommandLine.Option;

/** The options of every process. */
public final class ProcessSettings implements Settings {
    @Option(names = "--redis", description = RedisAddress.DESCRIPTION)
    public Address redis = Address.parse(RedisAddress.EXAMPLE);

    @Option(names = "--host", description = "Address to listen on.")
    public String host = "127.0.0.1";

    @Option(names = "--log-format", description = "Format of the log: text or json.")
    public LogFormat logFormat = LogFormat.TEXT;

    @Override
    public void check(SettingsFaults faults) {
        RedisAddress.fault(redis).ifPresent(fault -> faults.add("--redis: " + fault));
    }
}
