package dev.sluice.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/** Fixed addresses and their methods. HEAD, OPTIONS, 404 and 405 come from the table itself. */
public final class PathRoutes implements Handler<HttpServerRequest> {
    private final Map<String, Map<HttpMethod, Handler<HttpServerRequest>>> routes = new TreeMap<>();
    private final Map<String, BiPredicate<HttpServerRequest, String>> folders = new HashMap<>();
    private Handler<HttpServerRequest> others = this::notFound;

    public PathRoutes on(HttpMethod method, String path, Handler<HttpServerRequest> handler) {
        routes.computeIfAbsent(path, _ -> new HashMap<>()).put(method, handler);
        return this;
    }

    /**
     * Everything below a folder, by GET.
     *
     * @param folder ends with a slash
     * @param answer gets the request and the rest of its path; returns false if there is no such file
     */
    public PathRoutes below(String folder, BiPredicate<HttpServerRequest, String> answer) {
        folders.put(folder, answer);
        return this;
    }

    /** The handler of all other addresses. */
    public PathRoutes otherwise(Handler<HttpServerRequest> handler) {
        others = handler;
        return this;
    }

    @Override
    public void handle(HttpServerRequest request) {
        Optional<String> path = normalized(request.path());
        if (path.isEmpty()) {
            HttpProblem.of(
                            RequestFault.BAD_REQUEST,
                            "the address has a '%' that is not followed by two hexadecimal digits: encode it as %25")
                    .send(request);
            return;
        }
        Map<HttpMethod, Handler<HttpServerRequest>> methods = routes.get(path.get());
        if (methods != null) {
            byMethod(request, methods);
        } else if (!isInFolder(request, path.get())) {
            others.handle(request);
        }
    }

    private void byMethod(HttpServerRequest request, Map<HttpMethod, Handler<HttpServerRequest>> methods) {
        Handler<HttpServerRequest> handler = methods.get(effective(request.method()));
        if (handler == null) {
            refuseMethod(request, allowed(methods.keySet()));
        } else {
            handler.handle(request);
        }
    }

    private boolean isInFolder(HttpServerRequest request, String path) {
        for (var folder : folders.entrySet()) {
            if ((path + "/").startsWith(folder.getKey())) {
                if (effective(request.method()).equals(HttpMethod.GET)) {
                    String rest = path.length() < folder.getKey().length()
                            ? ""
                            : path.substring(folder.getKey().length());
                    return folder.getValue().test(request, rest);
                }
                refuseMethod(request, allowed(java.util.List.of(HttpMethod.GET)));
                return true;
            }
        }
        return false;
    }

    private void notFound(HttpServerRequest request) {
        TreeSet<String> all = new TreeSet<>(routes.keySet());
        all.addAll(folders.keySet());
        HttpProblem.of(404, "this address does not exist: use one of " + String.join(", ", all))
                .send(request);
    }

    /** HEAD is GET without the body. */
    private static HttpMethod effective(HttpMethod method) {
        return method.equals(HttpMethod.HEAD) ? HttpMethod.GET : method;
    }

    /** The value of {@code Allow} where these methods have handlers. */
    public static String allowed(Collection<HttpMethod> methods) {
        TreeSet<String> names = new TreeSet<>();
        methods.forEach(method -> names.add(method.name()));
        if (names.contains(HttpMethod.GET.name())) {
            names.add(HttpMethod.HEAD.name());
        }
        names.add(HttpMethod.OPTIONS.name());
        return String.join(", ", names);
    }

    private static void refuseMethod(HttpServerRequest request, String allowed) {
        request.response().putHeader(HttpHeaders.ALLOW, allowed);
        if (request.method().equals(HttpMethod.OPTIONS)) {
            request.response().setStatusCode(204).end();
        } else {
            HttpProblem.of(405, "the method is not allowed at this address: use one of " + allowed)
                    .send(request);
        }
    }

    /** The path percent-decoded, without empty segments, dot segments and a trailing slash. Empty if it cannot be decoded. */
    static Optional<String> normalized(String path) {
        Deque<String> segments = new ArrayDeque<>();
        try {
            for (String raw : path.split("/")) {
                String segment = QueryStringDecoder.decodeComponent(raw.replace("+", "%2B"));
                switch (segment) {
                    case "", "." -> {}
                    case ".." -> segments.pollLast();
                    // An encoded slash is not a separator.
                    default -> segments.addLast(segment.contains("/") ? raw : segment);
                }
            }
        } catch (IllegalArgumentException notEncoded) {
            return Optional.empty();
        }
        return Optional.of("/" + String.join("/", segments));
    }
}
