package dev.sluice.frontend.http;

import dev.sluice.http.PathRoutes;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** The addresses of one port with their methods. HEAD, OPTIONS and what is not there are answered from the table itself. */
final class RouteTable {
    private final Router router;
    private final BiConsumer<RoutingContext, Problem> refusal;
    private final String remedy;
    private final List<Operation> operations = new ArrayList<>();

    /**
     * What the OpenAPI document is held against.
     *
     * @param path with parameters in braces
     */
    record Operation(String method, String path) {}

    /**
     * @param refusal answers with a problem
     * @param remedy for who asks at an address that does not exist
     */
    RouteTable(Vertx vertx, BiConsumer<RoutingContext, Problem> refusal, String remedy) {
        this.router = Router.router(vertx);
        this.refusal = refusal;
        this.remedy = remedy;
        router.errorHandler(
                400, exchange -> fail(exchange, ProblemType.MALFORMED_REQUEST, "the address is malformed: encode it"));
        router.errorHandler(404, this::notFound);
        router.errorHandler(405, this::methodNotAllowed);
    }

    /** In the order of the calls; a handler of failures has to stand before the routes that fail. */
    RouteTable first(Handler<RoutingContext> handler) {
        router.route().handler(handler);
        return this;
    }

    RouteTable onFailure() {
        router.route().failureHandler(this::failed);
        return this;
    }

    RouteTable on(HttpMethod method, String path, Handler<RoutingContext> handler) {
        operations.add(new Operation(method.name(), path));
        route(method, path, handler);
        if (method.equals(HttpMethod.GET)) {
            route(HttpMethod.HEAD, path, handler);
        }
        return this;
    }

    private void route(HttpMethod method, String path, Handler<RoutingContext> handler) {
        router.route(method, path.replaceAll("\\{(\\w+)}", ":$1")).handler(exchange -> {
            RequestTelemetry.onRoute(exchange, path);
            handler.handle(exchange);
        });
    }

    Router router() {
        return router;
    }

    List<Operation> operations() {
        return List.copyOf(operations);
    }

    private void failed(RoutingContext exchange) {
        if (exchange.failure() == null) {
            exchange.next();
        } else if (exchange.statusCode() >= 400 && exchange.statusCode() < 500) {
            // Found by the router, not by a handler.
            fail(exchange, ProblemType.MALFORMED_REQUEST, "the address is malformed: encode it");
        } else {
            refusal.accept(exchange, Problem.of(exchange.failure()));
        }
    }

    private void notFound(RoutingContext exchange) {
        boolean aboutTheServer = "*".equals(exchange.request().path());
        if (aboutTheServer) {
            answerOptions(exchange, PathRoutes.allowed(methods(operations.stream())));
        } else {
            fail(exchange, ProblemType.NOT_FOUND, "this address does not exist: " + remedy);
        }
    }

    private void methodNotAllowed(RoutingContext exchange) {
        String path = exchange.normalizedPath().replaceFirst("(.)/$", "$1");
        String allowed = PathRoutes.allowed(methods(operations.stream()
                .filter(operation -> path.matches(operation.path().replaceAll("\\{\\w+}", "[^/]+")))));
        if (exchange.request().method().equals(HttpMethod.OPTIONS)) {
            answerOptions(exchange, allowed);
            return;
        }
        refusal.accept(
                exchange,
                Problem.of(
                                ProblemType.METHOD_NOT_ALLOWED,
                                "the method is not allowed at this address: use one of " + allowed)
                        .withHeader(HttpHeaders.ALLOW.toString(), allowed));
    }

    private static void answerOptions(RoutingContext exchange, String allowed) {
        exchange.response()
                .setStatusCode(204)
                .putHeader(HttpHeaders.ALLOW, allowed)
                .end();
    }

    private static List<HttpMethod> methods(Stream<Operation> operations) {
        return operations
                .map(operation -> HttpMethod.valueOf(operation.method()))
                .toList();
    }

    private void fail(RoutingContext exchange, ProblemType type, String detail) {
        refusal.accept(exchange, Problem.of(type, detail));
    }
}
