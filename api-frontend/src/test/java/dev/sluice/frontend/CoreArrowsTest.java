package dev.sluice.frontend;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Set;

/** The predict core knows nothing of HTTP, and its calls go one way. */
@AnalyzeClasses(packages = "dev.sluice.frontend", importOptions = ImportOption.DoNotIncludeTests.class)
class CoreArrowsTest {
    private static final Set<String> CORE =
            Set.of("dev.sluice.frontend.predict", "dev.sluice.frontend.admission", "dev.sluice.frontend.reply");

    @ArchTest
    static final ArchRule theCoreKnowsNothingOfHttp = noClasses()
            .that()
            .resideInAnyPackage(CORE.toArray(String[]::new))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.sluice.frontend.http..", "dev.sluice.http..", "io.vertx.ext.web..", "io.vertx.core.http..");

    @ArchTest
    static final ArchRule theNativeDialectAdmitsAndAwaitsNothing = noClasses()
            .that()
            .haveSimpleName("PredictHandler")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.sluice.frontend.reply", "dev.sluice.queue", "dev.sluice.redis");

    @ArchTest
    static final ArchRule itsClassesFormNoCircles =
            slices().assignedFrom(new ByClass()).should().beFreeOfCycles();

    /** Each class of the core with those that are nested in it. */
    private static final class ByClass implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return CORE.contains(type.getPackageName())
                    ? SliceIdentifier.of(type.getName().replaceAll("\\$.*", ""))
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "classes of the predict core";
        }
    }
}
