-- What the source notes for itself is kept in extra on purpose (routes/community/community-load.camel.yaml): no drift any more.
delete from community.drift where collection = 'users' and path = 'fakeDataHelpers';
