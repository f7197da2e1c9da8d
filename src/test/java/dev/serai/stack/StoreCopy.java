package dev.serai.stack;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import dev.serai.settings.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.Document;
import org.bson.RawBsonDocument;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Copies every object and every document of the running local stack to other servers: {@code MOVE_S3_ENDPOINT} with
 * {@code MOVE_S3_SECRET_KEY}, {@code MOVE_MONGO_URL}. A store whose address is not on this machine stays where it is.
 *
 * <p>Keys, content types and metadata stay as they are. Again is harmless: what is there already is written once more. Memory
 * does not grow with the data. <br>
 * Errors: those of the two clients. For one thread.
 */
final class StoreCopy {

    private static final Set<String> OF_THE_SERVER = Set.of("admin", "config", "local");
    private static final int DOCUMENTS = 500;

    private final LaunchEnvironment from;
    private final Map<String, String> to;
    private final PrintStream out;

    StoreCopy(LaunchEnvironment from, Map<String, String> to, PrintStream out) {
        this.from = from;
        this.to = to;
        this.out = out;
    }

    void run() {
        Settings settings = from.settings();
        if (LocalStack.isHere(settings.address("s3.endpoint"))) {
            try (S3Client source = s3(settings.text("s3.endpoint"), from.value("s3.secret-key"));
                    S3Client target = s3(required("MOVE_S3_ENDPOINT"), required("MOVE_S3_SECRET_KEY"))) {
                objects(source, target);
            }
        }
        if (LocalStack.isHere(settings.address("community.mongo.url"))) {
            try (MongoClient source = MongoClients.create(settings.text("community.mongo.url"));
                    MongoClient target = MongoClients.create(required("MOVE_MONGO_URL"))) {
                documents(source, target);
            }
        }
    }

    private void objects(S3Client source, S3Client target) {
        long objects = 0;
        long bytes = 0;
        for (var bucket : source.listBuckets().buckets()) {
            create(target, bucket.name());
            for (S3Object object : source.listObjectsV2Paginator(request -> request.bucket(bucket.name()))
                    .contents()) {
                copy(source, target, bucket.name(), object.key());
                objects++;
                bytes += object.size();
            }
        }
        out.printf("S3: %d objects, %d bytes%n", objects, bytes);
    }

    private static void create(S3Client target, String bucket) {
        try {
            target.createBucket(request -> request.bucket(bucket));
        } catch (BucketAlreadyOwnedByYouException e) {
            // From a copy that did not come to its end; nothing to do.
        }
    }

    private static void copy(S3Client source, S3Client target, String bucket, String key) {
        ResponseInputStream<GetObjectResponse> body =
                source.getObject(request -> request.bucket(bucket).key(key));
        GetObjectResponse head = body.response();
        try (body) {
            target.putObject(
                    request -> request.bucket(bucket)
                            .key(key)
                            .contentType(head.contentType())
                            .contentEncoding(head.contentEncoding())
                            .metadata(head.metadata()),
                    RequestBody.fromInputStream(body, head.contentLength()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void documents(MongoClient source, MongoClient target) {
        long documents = 0;
        for (String database : source.listDatabaseNames()) {
            if (!OF_THE_SERVER.contains(database)) {
                for (String name : source.getDatabase(database).listCollectionNames()) {
                    documents += copy(
                            source.getDatabase(database).getCollection(name, RawBsonDocument.class),
                            target.getDatabase(database).getCollection(name, RawBsonDocument.class));
                }
            }
        }
        out.printf("MongoDB: %d documents%n", documents);
    }

    private static long copy(MongoCollection<RawBsonDocument> source, MongoCollection<RawBsonDocument> target) {
        long documents = 0;
        List<ReplaceOneModel<RawBsonDocument>> batch = new ArrayList<>();
        for (RawBsonDocument document : source.find()) {
            batch.add(new ReplaceOneModel<>(
                    new Document("_id", document.get("_id")), document, new ReplaceOptions().upsert(true)));
            if (batch.size() == DOCUMENTS) {
                target.bulkWrite(batch);
                batch.clear();
            }
            documents++;
        }
        if (!batch.isEmpty()) {
            target.bulkWrite(batch);
        }
        return documents;
    }

    private S3Client s3(String endpoint, String secret) {
        return S3Client.builder()
                .endpointOverride(URI.create(endpoint))
                .region(Region.of(from.settings().text("s3.region")))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(from.settings().text("s3.access-key"), secret)))
                .forcePathStyle(true)
                .build();
    }

    private String required(String name) {
        String value = to.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw new StackException(name + " must say where to copy to; make move sets it");
        }
        return value;
    }
}
