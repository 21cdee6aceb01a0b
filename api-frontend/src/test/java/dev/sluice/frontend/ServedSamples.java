package dev.sluice.frontend;

import dev.sluice.redis.RealRedis;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** An API with a worker of rows and one of pictures, which do what the test says. */
final class ServedSamples implements BeforeAllCallback, AfterAllCallback {
    private RealRedis redis;
    private RunningFrontend frontend;
    private Caller management;
    private PlainWorker iris;
    private PlainWorker imagenet;

    @Override
    public void beforeAll(ExtensionContext context) {
        redis = RealRedis.start();
        iris = PlainWorker.servingIris(redis);
        imagenet = PlainWorker.serving(redis, SampleDeployments.IMAGENET, SampleDeployments.pictures());
        frontend = RunningFrontend.on(redis);
        frontend.awaitDeployment("iris");
        frontend.awaitDeployment("imagenet");
        management = frontend.managementCaller();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        management.close();
        frontend.close();
        iris.close();
        imagenet.close();
        redis.close();
    }

    RealRedis redis() {
        return redis;
    }

    RunningFrontend frontend() {
        return frontend;
    }

    Caller management() {
        return management;
    }

    PlainWorker iris() {
        return iris;
    }

    PlainWorker imagenet() {
        return imagenet;
    }
}
