package io.tallyman.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.tallyman.Tallyman;
import io.tallyman.sign.SignedUrl;
import io.tallyman.store.Credentials;
import io.tallyman.transfer.DestinationPath;
import java.io.File;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rules of the house, ten at most. A rule that must give way is changed here, in the open, with its reason. */
class HouseRulesTest {
    private static final String HOUSE = "io.tallyman.";
    private static JavaClasses program;

    @BeforeAll
    static void givenTheProgramWithoutItsTests() {
        program = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.tallyman");
    }

    @Test
    void packagesHaveNoCycles() {
        hold(slices().matching("io.tallyman.(*)..").should().beFreeOfCycles());
    }

    @Test
    void theCommandLineIsImportedByNobodyButTheTopCommand() {
        hold(classes()
                .that()
                .resideInAPackage("io.tallyman.cli..")
                .should()
                .onlyHaveDependentClassesThat(
                        resideInAnyPackage("io.tallyman.cli..").or(type(Tallyman.class))));
    }

    @Test
    void onlySignAndStoreTouchSecrets() {
        hold(noClasses()
                .that(not(resideInAnyPackage("io.tallyman.sign", "io.tallyman.store")))
                .should()
                .callMethodWhere(of(Credentials.class, "accessKeySecret|securityToken")));
    }

    /** A URL's text is for the request that sends it and for the command that hands it to its owner. */
    @Test
    void signedUrlsAreRevealedOnlyWhereTheyAreSentOrHandedOver() {
        hold(noClasses()
                .that(not(resideInAnyPackage("io.tallyman.sign", "io.tallyman.transfer", "io.tallyman.share")))
                .should()
                .callMethodWhere(of(SignedUrl.class, "reveal")));
    }

    /** Keys reach the file system through {@link DestinationPath} and nothing else; the others open files of their own. */
    @Test
    void onlyDestinationPathTurnsAKeyIntoAPath() {
        hold(noClasses()
                .that(not(type(DestinationPath.class)
                        .or(resideInAnyPackage("io.tallyman.database", "io.tallyman.demo", "io.tallyman.cli"))
                        .or(named("transfer.PartFile")) // numbers it
                        .or(named("transfer.OpenDirectory")) // names itself
                        .or(named("job.Destination")) // the root itself
                        .or(named("manifest.ManifestFile")) // the file that is imported
                        .or(named("store.FileCredentials")) // the files it is configured with
                        .or(named("ledger.WorkerProcess")))) // the machine's own files
                .should()
                .callCodeUnitWhere(turnsTextIntoAPath()));
    }

    /** A data source may be handed on and a failure caught; nobody else opens a connection. */
    @Test
    void onlyLedgerManifestAndDatabaseSpeakJdbc() {
        hold(noClasses()
                .that()
                .resideOutsideOfPackages("io.tallyman.ledger", "io.tallyman.manifest", "io.tallyman.database")
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..")
                        .and(not(assignableTo(SQLException.class)))
                        .and(not(type(DataSource.class)))));
    }

    @Test
    void signVerifyAndRetryKnowNoFramework() {
        hold(classes()
                .that()
                .resideInAnyPackage("io.tallyman.sign", "io.tallyman.verify", "io.tallyman.retry")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..",
                        "javax.crypto..",
                        "javax.net.ssl..",
                        "javax.xml..",
                        "io.tallyman..",
                        "org.jspecify..")));
    }

    /** What checks signatures would prove nothing if it computed them with what it checks. */
    @Test
    void theStandInDoesNotSign() {
        hold(noClasses()
                .that()
                .resideInAPackage("io.tallyman.demo")
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.tallyman.sign")));
    }

    @Test
    void theRootHoldsTheTopCommandAndNothingElse() {
        hold(classes()
                .that()
                .resideInAPackage("io.tallyman")
                .and()
                .doNotHaveSimpleName("package-info")
                .should()
                .be(Tallyman.class));
    }

    @Test
    void namesSayWhatAThingIs() {
        hold(noClasses().should().haveNameMatching(".*(Impl|Manager|Helper|Utils?)"));
    }

    private static void hold(ArchRule rule) {
        rule.allowEmptyShould(true).check(program);
    }

    private static DescribedPredicate<JavaClass> named(String name) {
        return describe(name, javaClass -> (javaClass.getName() + "$").startsWith(HOUSE + name + "$"));
    }

    private static DescribedPredicate<JavaCall<?>> of(Class<?> owner, String names) {
        return describe(
                "the target is " + owner.getSimpleName() + "." + names,
                call -> call.getTarget().getOwner().isEquivalentTo(owner)
                        && call.getTarget().getName().matches(names));
    }

    private static DescribedPredicate<JavaCall<?>> turnsTextIntoAPath() {
        return describe("text is turned into a path", call -> {
            CodeUnitCallTarget target = call.getTarget();
            boolean text = target.getRawParameterTypes().stream().anyMatch(type -> type.isEquivalentTo(String.class));
            if (target.getOwner().isEquivalentTo(File.class)) {
                return text && target.getName().equals(JavaConstructor.CONSTRUCTOR_NAME);
            }
            return text
                    && (target.getOwner().isAssignableTo(Path.class)
                            || target.getOwner().isEquivalentTo(Paths.class))
                    && target.getName().matches("of|get|resolve|resolveSibling");
        });
    }
}
