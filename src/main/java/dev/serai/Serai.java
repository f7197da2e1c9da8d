package dev.serai;

import dev.serai.archive.ArchiveCommands;
import dev.serai.catalogue.CatalogueFiles;
import dev.serai.console.OperatorClient;
import dev.serai.forget.Forget;
import dev.serai.mqtt.Publish;
import dev.serai.reload.Validate;
import dev.serai.settings.Settings;
import dev.serai.settings.SettingsException;
import dev.serai.simulators.Simulators;
import dev.serai.skeleton.NewPipeline;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The command line: without arguments the hub itself, {@code simulators} the simulated sources, {@code run <pipeline>},
 * {@code pause}, {@code resume} and {@code replay <pipeline> [<day>]}, {@code pipelines}, {@code quality}, {@code rebuild <dataset> <from>
 * <to> [<mode>]} and {@code verify} ask a running hub, {@code archive-list},
 * {@code archive-query} and {@code restore} work on the archive, {@code forget} erases a person or, without one, all again, {@code catalogue} writes what data there are, {@code validate} checks the
 * routes without running them, {@code new-pipeline} writes those of a new one, {@code publish} sends messages to the broker.
 */
public final class Serai {

    private static final Logger LOG = LogManager.getLogger(Serai.class);

    private Serai() {}

    public static void main(String[] args) throws Exception {
        String command = args.length == 0 ? "start" : args[0];
        try {
            switch (command) {
                case "start" -> serve(Application.start(Settings.load(System.getenv(), Application.REQUIRED)));
                case "simulators" -> serve(Simulators.start(Settings.load(System.getenv(), List.of())));
                case "run", "replay", "pause", "resume" ->
                    System.exit(new OperatorClient(
                                    Settings.load(System.getenv(), List.of("management.password")), System.out)
                            .operate(command, args.length > 1 ? args[1] : null, args.length > 2 ? args[2] : null));
                case "pipelines" ->
                    System.exit(new OperatorClient(
                                    Settings.load(System.getenv(), List.of("management.password")), System.out)
                            .status());
                case "quality" ->
                    System.exit(new OperatorClient(
                                    Settings.load(System.getenv(), List.of("management.password")), System.out)
                            .quality());
                case "rebuild" ->
                    System.exit(new OperatorClient(
                                    Settings.load(System.getenv(), List.of("management.password")), System.out)
                            .rebuild(List.of(args).subList(1, args.length)));
                case "verify" ->
                    System.exit(new OperatorClient(
                                    Settings.load(System.getenv(), List.of("management.password")), System.out)
                            .verify());
                case "archive-list", "archive-query", "restore" ->
                    System.exit(
                            new ArchiveCommands(Settings.load(System.getenv(), ArchiveCommands.REQUIRED), System.out)
                                    .execute(command, List.of(args).subList(1, args.length)));
                case "forget" ->
                    System.exit(new Forget(Settings.load(System.getenv(), Forget.REQUIRED), System.out)
                            .person(List.of(args).subList(1, args.length)));
                case "catalogue" ->
                    System.exit(CatalogueFiles.write(
                            Settings.load(System.getenv(), CatalogueFiles.REQUIRED),
                            List.of(args).subList(1, args.length),
                            System.out));
                case "validate" ->
                    System.exit(Validate.run(System.getenv(), List.of(args).subList(1, args.length), System.out));
                case "new-pipeline" ->
                    System.exit(new NewPipeline(Settings.load(System.getenv(), List.of()), System.out)
                            .write(List.of(args).subList(1, args.length)));
                case "publish" ->
                    System.exit(
                            new Publish(Settings.load(System.getenv(), List.of("sensors.mqtt.password")), System.out)
                                    .lines(List.of(args).subList(1, args.length)));
                default -> {
                    System.err.printf(
                            "There is no command '%s'. There are: simulators, run <pipeline>, pause <pipeline>, resume <pipeline>,"
                                    + " replay <pipeline> [<day>], pipelines, quality,"
                                    + " rebuild <dataset> <from> <to> [<mode>], verify,"
                                    + " archive-list, archive-query <sql> [<days>], restore <dataset> <day>, forget [<uid>],"
                                    + " catalogue [<directory>], validate [throw-away],"
                                    + " new-pipeline <name> <from>, publish <topic> <file>,"
                                    + " and none for the hub itself.%n",
                            command);
                    System.exit(2);
                }
            }
        } catch (SettingsException | IllegalStateException e) {
            System.err.println(e.getMessage()); // says what to do, a stack trace would hide it
            System.exit(1);
        } catch (Exception e) {
            LOG.error("Serai cannot start", e);
            System.exit(1);
        }
    }

    private static void serve(AutoCloseable service) throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            try {
                                service.close();
                            } catch (Exception e) {
                                LOG.error("the end was not clean", e);
                            } finally {
                                LogManager.shutdown();
                                told.countDown();
                            }
                        },
                        "shutdown"));
        told.await();
    }
}
