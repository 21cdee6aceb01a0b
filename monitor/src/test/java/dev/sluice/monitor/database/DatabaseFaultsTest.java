package dev.sluice.monitor.database;

import static dev.sluice.chaos.Futures.await;
import static dev.sluice.monitor.Waiting.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Futures;
import dev.sluice.chaos.Slow;
import dev.sluice.chaos.TcpProxy;
import dev.sluice.chaos.TestPorts;
import dev.sluice.monitor.RealPostgres;
import dev.sluice.settings.Address;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections to a real Postgres that fall silent, are refused or find nobody are replaced, and none is left over. */
@Slow
class DatabaseFaultsTest {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
    /** The silence is found by the checks, long before. */
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(40);

    private static RealPostgres postgres;

    private final Vertx vertx = Vertx.vertx();
    private Address direct;
    private TcpProxy network;
    private Database database;

    @BeforeAll
    static void startPostgres() throws Exception {
        postgres = RealPostgres.start();
    }

    @AfterAll
    static void stopPostgres() throws Exception {
        postgres.close();
    }

    @BeforeEach
    void open() throws Exception {
        direct = Address.parse(postgres.newDatabase());
        network = new TcpProxy(direct.hosts(0).getFirst().port());
        database = open(through(network.port()), ANSWER_WITHIN);
    }

    @AfterEach
    void close() {
        await(vertx.close());
        network.close();
    }

    @Test
    void silentConnectionsAreReplacedAndNoneOfThemIsLeft() {
        Database quick = open(through(network.port()), Duration.ofSeconds(3));
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(quick.run("select pg_sleep(0.1)"));
        }
        await(Future.all(all));
        network.silence();
        until("it answers again", () -> answers(quick));
        until("the one of the other", () -> answers(database));
        until("the silent ones are closed", () -> network.silentConnections() == 0);
        await(quick.close());
        await(database.close());
        until("none is left", () -> network.connections() == 0);
    }

    @Test
    void theSilenceIsFoundWhileNoStatementHasEnded() {
        await(database.run("select 1"));
        network.silence();
        Future<?> waiting = database.run("select 1");
        until("it answers again", () -> answers(database));
        assertTrue(!waiting.isComplete() || waiting.failed());
    }

    @Test
    void aRefusedLoginIsRepeatedAtGrowingIntervalsUntilItIsRight() throws Exception {
        Database owner = open(direct.withCredentials(), ANSWER_WITHIN);
        await(owner.run("create role reader nologin"));
        Database refused = open(through(network.port()).replace("postgres:postgres@", "reader:any@"), ANSWER_WITHIN);
        assertTrue(!answers(refused));
        int before = network.accepted();
        long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
        int statements = 0;
        while (System.nanoTime() < end) {
            assertTrue(!answers(refused));
            statements++;
        }
        int logins = network.accepted() - before;
        assertTrue(statements > 50 && logins < 15, statements + " statements, " + logins + " logins");
        await(owner.run("alter role reader login"));
        until("it answers", () -> answers(refused));
        until("one connection of it, and one of the other", () -> network.connections() <= 2);
    }

    @Test
    void theTablesAreMadeOncePostgresAnswersAfterItStoodStill() {
        network.cut();
        Future<Void> migration = new Migration(vertx, database).start();
        until("two attempts have found it silent", () -> network.accepted() >= 2);
        assertTrue(!migration.isComplete());
        network.mend();
        await(migration);
        assertEquals(
                0,
                await(database.run("select count(*) from prediction"))
                        .iterator()
                        .next()
                        .getLong(0));
    }

    @Test
    void aPostgresThatStartsLaterIsUsedByItself() throws Exception {
        int port = TestPorts.take();
        Database early = open(through(port), ANSWER_WITHIN);
        assertTrue(!answers(early));
        try (TcpProxy _ = new TcpProxy(
                new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), port),
                direct.hosts(0).getFirst().port())) {
            until("it answers", () -> answers(early));
            await(early.close());
        }
    }

    private Database open(String address, Duration answerWithin) {
        return new Database(vertx, Address.parse(address), CONNECT_WITHIN, answerWithin);
    }

    private String through(int port) {
        return direct.withCredentials().replaceFirst(":\\d+/", ":" + port + "/");
    }

    private static boolean answers(Database database) {
        try {
            Futures.await(database.run("select 1"));
            return true;
        } catch (IllegalStateException notYet) {
            return false;
        }
    }
}
