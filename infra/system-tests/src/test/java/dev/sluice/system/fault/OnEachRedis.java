package dev.sluice.system.fault;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The tests of this class run on each of {@link Rigs#redisServers()}; its constructor takes the binary and the {@link Rigs}. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass
@MethodSource("dev.sluice.system.fault.Rigs#redisServers")
@ExtendWith(Rigs.Shared.class)
@interface OnEachRedis {}
