package dev.serai.landing;

/**
 * An object in a landing zone.
 *
 * @param pipeline the pipeline it belongs to
 * @param address such as {@code s3://user-data/raw/dt=2026-11-21/….json}
 */
public record LandedObject(String pipeline, String bucket, String key, String address) {}
