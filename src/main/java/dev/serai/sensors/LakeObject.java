package dev.serai.sensors;

/**
 * An object that is to be put into the raw lake.
 *
 * <p>Two are equal only if they are the same object: bytes are not compared. Nobody changes them.
 *
 * @param bytes compressed JSON lines
 */
@SuppressWarnings("ArrayRecordComponent") // megabytes, and nobody changes them
public record LakeObject(String bucket, String key, byte[] bytes) {

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return "s3://%s/%s: %d bytes".formatted(bucket, key, bytes.length);
    }
}
