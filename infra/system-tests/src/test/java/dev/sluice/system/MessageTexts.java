package dev.sluice.system;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * The texts of all problems, rejection reasons and settings faults, read from the sources of all modules with the compiler's own parser:
 * what is passed to the types and methods that end up before a user. A value that is put into a text is shown as {@value #VALUE}.
 */
final class MessageTexts {
    static final String VALUE = "…";

    private static final List<String> MODULES = List.of("shared", "api-frontend", "model-worker", "monitor");

    /** Their text is a detail, a reason or a fault that somebody reads. */
    private static final Set<String> TYPES = Set.of(
            "InputRefusedException",
            "NotAdmittedException",
            "InputFault",
            "UnservableModelException",
            "CorruptArtifactException",
            "ModelFileException",
            "PictureRefusedException",
            "TrialUnavailableException",
            "Verdict.Failed",
            "InvalidValueException",
            "ListenFailure",
            "RequestFault",
            "RequestFaultException",
            "HttpProblem",
            "RegistryFault.Away",
            "RegistryFault.Refused",
            "RegistryFault.NotMlflow",
            "RegistryFault.Gone",
            "RegistryFault.Failing",
            "RegistryFault.CacheFailing");

    private static final Set<String> METHODS = Set.of(
            "Problem.of",
            "InputFault.ofItem",
            "HttpProblem.of",
            "ManagementServer.sendProblem",
            "sendProblem",
            "answer",
            "rejection",
            "Ending.rejection",
            "faults.add");
    private static final int MOST_ALTERNATIVES = 16;

    private final Map<String, ExpressionTree> constants = new HashMap<>();
    private final Map<String, Set<String>> found = new TreeMap<>();

    private MessageTexts() {}

    /** The texts by source file, relative to the project. */
    static Map<String, Set<String>> in(Path project) throws IOException {
        MessageTexts texts = new MessageTexts();
        List<CompilationUnitTree> units = parse(project);
        units.forEach(unit -> unit.accept(texts.new Constants(), null));
        for (CompilationUnitTree unit : units) {
            String file =
                    project.relativize(Path.of(unit.getSourceFile().toUri())).toString();
            unit.accept(texts.new Sinks(file), null);
        }
        return texts.found;
    }

    private static List<CompilationUnitTree> parse(Path project) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<Path> sources = new ArrayList<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(project.resolve(module).resolve("src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(sources));
            List<CompilationUnitTree> units = new ArrayList<>();
            task.parse().forEach(units::add);
            return units;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Every variable with a value, by its name: a text may be put together from several. */
    private final class Constants extends TreeScanner<Void, Void> {
        @Override
        public Void visitVariable(VariableTree variable, Void nothing) {
            if (variable.getInitializer() != null
                    && variable.getModifiers().getFlags().contains(javax.lang.model.element.Modifier.FINAL)) {
                constants.put(variable.getName().toString(), variable.getInitializer());
            }
            return super.visitVariable(variable, null);
        }
    }

    private final class Sinks extends TreeScanner<Void, Void> {
        private final String file;
        private final Map<String, ExpressionTree> locals = new HashMap<>();

        Sinks(String file) {
            this.file = file;
        }

        @Override
        public Void visitVariable(VariableTree variable, Void nothing) {
            if (variable.getInitializer() != null) {
                locals.put(variable.getName().toString(), variable.getInitializer());
            }
            return super.visitVariable(variable, null);
        }

        @Override
        public Void visitNewClass(NewClassTree created, Void nothing) {
            String type = created.getIdentifier().toString();
            if (TYPES.contains(type) || TYPES.stream().anyMatch(known -> known.endsWith("." + type))) {
                collect(created.getArguments());
            }
            return super.visitNewClass(created, null);
        }

        @Override
        public Void visitMethodInvocation(MethodInvocationTree call, Void nothing) {
            if (METHODS.contains(call.getMethodSelect().toString())) {
                collect(call.getArguments());
            }
            return super.visitMethodInvocation(call, null);
        }

        private void collect(List<? extends ExpressionTree> arguments) {
            for (ExpressionTree argument : arguments) {
                for (String text : alternatives(argument, 0)) {
                    if (text.chars().filter(c -> c == ' ').count() >= 2 && text.matches("(?s).*[a-z]{3}.*")) {
                        found.computeIfAbsent(file, _ -> new LinkedHashSet<>()).add(text);
                    }
                }
            }
        }

        /** Each text that the expression can be, as far as the sources tell. */
        private Set<String> alternatives(Tree expression, int depth) {
            Set<String> texts = new LinkedHashSet<>();
            switch (expression) {
                case LiteralTree literal
                when literal.getValue() instanceof String text ->
                    texts.add(text.replaceAll("%[-+,.0-9]*[a-z]", VALUE)
                            .replace("%n", "\n")
                            .replace("%%", "%"));
                case LiteralTree literal -> texts.add(String.valueOf(literal.getValue()));
                case ParenthesizedTree inside -> texts.addAll(alternatives(inside.getExpression(), depth));
                case ConditionalExpressionTree choice -> {
                    texts.addAll(alternatives(choice.getTrueExpression(), depth));
                    texts.addAll(alternatives(choice.getFalseExpression(), depth));
                }
                case BinaryTree sum
                when sum.getKind() == Tree.Kind.PLUS -> {
                    for (String left : alternatives(sum.getLeftOperand(), depth)) {
                        for (String right : alternatives(sum.getRightOperand(), depth)) {
                            if (texts.size() < MOST_ALTERNATIVES) {
                                texts.add(left + right);
                            }
                        }
                    }
                }
                case MethodInvocationTree call
                when call.getMethodSelect() instanceof MemberSelectTree select
                        && select.getIdentifier().contentEquals("formatted") ->
                    texts.addAll(alternatives(select.getExpression(), depth));
                case IdentifierTree name
                when depth < 3 && value(name.getName().toString()) != null ->
                    texts.addAll(alternatives(value(name.getName().toString()), depth + 1));
                case MemberSelectTree name
                when depth < 3
                        && constants.containsKey(name.getIdentifier().toString())
                        && name.getIdentifier()
                                .toString()
                                .equals(name.getIdentifier().toString().toUpperCase(java.util.Locale.ROOT)) ->
                    texts.addAll(alternatives(constants.get(name.getIdentifier().toString()), depth + 1));
                default -> texts.add(VALUE);
            }
            return texts;
        }

        private ExpressionTree value(String name) {
            return locals.getOrDefault(
                    name, name.equals(name.toUpperCase(java.util.Locale.ROOT)) ? constants.get(name) : null);
        }
    }
}
