package dev.serai.dataset;

import dev.serai.reload.Finding;
import dev.serai.reload.RouteFiles;
import dev.serai.reload.RoutesListener;
import java.util.List;

/** The datasets as the files that are in force describe them. Thread-safe. */
public final class DatasetFiles implements RoutesListener {

    private volatile Datasets datasets;

    /** @param files in force at the start */
    public DatasetFiles(RouteFiles files) {
        this.datasets = Datasets.read(files);
    }

    public Datasets datasets() {
        return datasets;
    }

    @Override
    public List<Finding> check(RouteFiles files) {
        return Datasets.read(files).findings();
    }

    @Override
    public void applied(RouteFiles files) {
        datasets = Datasets.read(files);
    }

    @Override
    public String toString() {
        return "descriptions of datasets";
    }
}
