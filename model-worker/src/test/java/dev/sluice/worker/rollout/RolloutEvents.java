package dev.sluice.worker.rollout;

import dev.sluice.model.Deployment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Writes down what rollouts tell, and waits for it. */
final class RolloutEvents implements RolloutListener {
    private final List<Event> steps = new ArrayList<>();
    private final List<Event> lives = new ArrayList<>();
    private final Map<Deployment, ModelSlot> slots = new HashMap<>();
    private final Map<Deployment, String> identities = new HashMap<>();

    private @Nullable Fault fault;

    /** What is thrown at a step of one deployment. */
    private record Fault(Deployment deployment, String state, Supplier<Throwable> thrown) {}

    /** A step or a flip. */
    record Event(Deployment deployment, String state, String version, String reason) {}

    /** From now on the step to this state throws. */
    RolloutEvents failingAt(Deployment deployment, String state, Supplier<Throwable> thrown) {
        fault = new Fault(deployment, state, thrown);
        return this;
    }

    @Override
    public synchronized void onStep(Deployment deployment, RolloutState state) {
        steps.add(new Event(
                deployment,
                state.note("").state(),
                state.version(),
                state.note("").reason()));
        notifyAll();
        if (fault != null
                && fault.deployment().equals(deployment)
                && fault.state().equals(state.note("").state())) {
            RolloutEvents.<RuntimeException>sneak(fault.thrown().get());
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Override
    public synchronized void onWithdrawn(Deployment deployment) {
        lives.add(new Event(deployment, "Withdrawn", "", ""));
        notifyAll();
    }

    @Override
    public void onLeftovers(Deployment deployment, boolean hasLeftovers) {}

    @Override
    public synchronized void onLive(Deployment deployment, WentLive version) {
        slots.put(deployment, version.slot());
        identities.put(deployment, version.version().versionId());
        lives.add(new Event(deployment, "Live", version.version().version(), ""));
        notifyAll();
    }

    /** The slot of the deployment, once this version is what it serves. */
    ModelSlot awaitLive(Deployment deployment, String version) throws InterruptedException {
        await(() -> {
            Event last = last(lives, event -> event.deployment().equals(deployment));
            return last != null && last.version().equals(version);
        });
        synchronized (this) {
            return slots.get(deployment);
        }
    }

    /** Until another version is live, whatever its number. */
    void awaitOtherIdentity(Deployment deployment, String identity) throws InterruptedException {
        await(() -> !identities.getOrDefault(deployment, identity).equals(identity));
    }

    /** Why the version was rejected, once it is. */
    String awaitRejected(Deployment deployment, String version) throws InterruptedException {
        Predicate<Event> rejected = event -> event.deployment().equals(deployment)
                && event.version().equals(version)
                && event.state().equals("Rejected");
        await(() -> last(steps, rejected) != null);
        synchronized (this) {
            return last(steps, rejected).reason();
        }
    }

    /** Until the version has been in that state as often as this. */
    void awaitSteps(Deployment deployment, String version, String state, int times) throws InterruptedException {
        await(() -> statesOf(deployment, version).stream().filter(state::equals).count() >= times);
    }

    /** How the rollout of the version ended; empty before. */
    synchronized Optional<Event> endOf(Deployment deployment, String version) {
        return steps.stream()
                .filter(event ->
                        event.deployment().equals(deployment) && event.version().equals(version))
                .filter(event -> event.state().equals("Live") || event.state().equals("Rejected"))
                .findFirst();
    }

    /** The names of the states that the version went through. */
    synchronized List<String> statesOf(Deployment deployment, String version) {
        return steps.stream()
                .filter(event ->
                        event.deployment().equals(deployment) && event.version().equals(version))
                .map(Event::state)
                .toList();
    }

    private static @Nullable Event last(List<Event> events, Predicate<Event> which) {
        return events.reversed().stream().filter(which).findFirst().orElse(null);
    }

    private synchronized void await(BooleanSupplier reached) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        while (!reached.getAsBoolean()) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("it did not come to that: " + steps);
            }
            wait(left);
        }
    }
}
