package dev.serai.dataset;

import dev.serai.reload.Finding;
import dev.serai.reload.RouteFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All datasets that files describe, and what is wrong in these files. Immutable and thread-safe. */
public final class Datasets {

    /** How the name of a file that describes a dataset ends. */
    public static final String SUFFIX = ".dataset.yaml";

    private final Map<String, Dataset> byTable = new TreeMap<>();
    private final List<Finding> findings = new ArrayList<>();

    private Datasets() {}

    /** Reads the dataset files of a folder. A file in which anything is wrong yields findings and no dataset. */
    public static Datasets read(RouteFiles files) {
        Datasets datasets = new Datasets();
        for (String path : files.paths()) {
            if (path.endsWith(SUFFIX)) {
                new DatasetReader(files.shown(path), RouteFiles.folderOf(path), datasets.findings)
                        .read(files.text(path))
                        .ifPresent(datasets::add);
            }
        }
        return datasets;
    }

    private void add(Dataset dataset) {
        Dataset before = byTable.putIfAbsent(dataset.table(), dataset);
        if (before != null) {
            findings.add(new Finding(
                    dataset.file(),
                    1,
                    "%s is described twice".formatted(dataset.table()),
                    "the other description is %s; one of them should go".formatted(before.file())));
        }
    }

    /** In the order of their tables. */
    public List<Dataset> all() {
        return List.copyOf(byTable.values());
    }

    /** The dataset of a table or view, named with its schema. */
    public Optional<Dataset> of(String table) {
        return Optional.ofNullable(byTable.get(table));
    }

    /** What is wrong, in the order of files. */
    public List<Finding> findings() {
        return findings.stream().sorted().toList();
    }
}
