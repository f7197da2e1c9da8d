package dev.serai.reload;

import java.util.function.Supplier;
import org.apache.camel.impl.engine.DefaultResourceLoader;
import org.apache.camel.impl.engine.DefaultResourceResolvers;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;

/**
 * Resolves {@code file:} for Camel: a file of the routes is given as it was checked, any other as it is on the disk.
 *
 * <p>So a file that somebody is still writing never gets into a route, whenever that route is made. Thread-safe.
 */
final class SnapshotResolver extends DefaultResourceResolvers.FileResolver {

    /** Under this name Camel looks for it in its registry. */
    static final String BEAN = DefaultResourceLoader.RESOURCE_LOADER_KEY_PREFIX + "file";

    private final Supplier<RouteFiles> files;

    SnapshotResolver(Supplier<RouteFiles> files) {
        this.files = files;
    }

    @Override
    public Resource createResource(String location, String remaining) {
        RouteFiles now = files.get();
        String path = now.pathOf(remaining);
        return now.has(path)
                ? ResourceHelper.fromBytes(location, now.bytes(path))
                : super.createResource(location, remaining);
    }
}
