package dev.sluice.system;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of ARCHITECTURE.md, kept. */
@AnalyzeClasses(packages = "dev.sluice", importOptions = ArrowsTest.OnlyTheProduct.class)
class ArrowsTest {
    private static final String[] PROCESSES = {"dev.sluice.frontend..", "dev.sluice.worker..", "dev.sluice.monitor.."};

    /** The tests of {@code shared} are on the path as a jar. */
    static final class OnlyTheProduct implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/") && !location.contains("-tests.jar");
        }
    }

    @ArchTest
    static final ArchRule theApiKnowsNothingOfTheWorker = noClasses()
            .that()
            .resideInAPackage("dev.sluice.frontend..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.sluice.worker..");

    @ArchTest
    static final ArchRule theWorkerKnowsNothingOfTheApi = noClasses()
            .that()
            .resideInAPackage("dev.sluice.worker..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.sluice.frontend..");

    @ArchTest
    static final ArchRule theMonitorKnowsNothingOfEither = noClasses()
            .that()
            .resideInAPackage("dev.sluice.monitor..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.sluice.frontend..", "dev.sluice.worker..");

    @ArchTest
    static final ArchRule sharedKnowsNeither = noClasses()
            .that()
            .resideOutsideOfPackages(PROCESSES)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(PROCESSES);

    @ArchTest
    static final ArchRule theApiInfersNothing = noClasses()
            .that()
            .resideInAPackage("dev.sluice.frontend..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.djl..", "ai.onnxruntime..", "org.opencv..", "org.mlflow..");

    @ArchTest
    static void roomsFormNoCircles(JavaClasses classes) {
        slices().matching("dev.sluice.(worker|frontend|monitor).(*)..")
                .should()
                .beFreeOfCycles()
                .check(classes);
        slices().matching("dev.sluice.(*)..").should().beFreeOfCycles().check(classes);
    }

    @ArchTest
    static final ArchRule nobodyPrints = noClasses()
            .that()
            .resideOutsideOfPackage("dev.sluice.settings..")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");
}
