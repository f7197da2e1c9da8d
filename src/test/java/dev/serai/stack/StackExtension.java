package dev.serai.stack;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.impl.SchedulerRepository;

/** Hands the shared stack to test classes. It ends with the process, which may be given one class after the other. Stateless. */
final class StackExtension implements BeforeAllCallback, AfterAllCallback, ParameterResolver {

    @Override
    public void beforeAll(ExtensionContext context) {
        SharedStack.get();
    }

    /** A scheduler that runs on would be the next class's too, as they go by name, and fire for both. */
    @Override
    public void afterAll(ExtensionContext context) throws SchedulerException {
        for (Scheduler left : SchedulerRepository.getInstance().lookupAll()) {
            left.shutdown();
            throw new IllegalStateException("%s leaves a hub running, scheduler %s"
                    .formatted(context.getDisplayName(), left.getSchedulerName()));
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == LocalStack.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return SharedStack.get();
    }
}
