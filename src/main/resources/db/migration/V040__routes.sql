-- Which version of each route is in force, and what is wrong with files that are not.

create table ops.route_version (
    node       text not null,
    route      text not null,
    file       text not null,
    version    text not null,
    applied_at timestamptz not null,
    primary key (node, route)
);
comment on table ops.route_version is 'One row per route that a process runs: which content of its file';
comment on column ops.route_version.node is 'Process: host and management port';
comment on column ops.route_version.route is 'Route';
comment on column ops.route_version.file is 'File it stands in';
comment on column ops.route_version.version is 'SHA-256 over the file and the statements it reads, hexadecimal';
comment on column ops.route_version.applied_at is 'Since when this content is in force there';

create table ops.route_finding (
    node     text not null,
    file     text not null,
    line     integer not null,
    problem  text not null,
    remedy   text not null,
    found_at timestamptz not null
);
comment on table ops.route_finding is 'One row per mistake in the route files as they are on disk; while there is any, a process keeps to the last version that was right';
comment on column ops.route_finding.node is 'Process: host and management port';
comment on column ops.route_finding.file is 'File';
comment on column ops.route_finding.line is 'Line, counted from 1';
comment on column ops.route_finding.problem is 'What is wrong';
comment on column ops.route_finding.remedy is 'What would be right';
comment on column ops.route_finding.found_at is 'When it was found';

create view mart.route as
select v.route, p.pipeline, v.file, left(v.version, 12) as version, v.applied_at, v.node
from ops.route_version v
left join ops.pipeline p using (route)
order by v.route, v.node;
comment on view mart.route is 'Which version of each route is in force, since when?';
comment on column mart.route.route is 'Route';
comment on column mart.route.pipeline is 'Pipeline whose runs it starts; NULL for one that is called by others';
comment on column mart.route.file is 'File it stands in';
comment on column mart.route.version is 'First 12 digits of the SHA-256 over the file and the statements it reads';
comment on column mart.route.applied_at is 'Since when this version is in force';
comment on column mart.route.node is 'Process: host and management port';

create view mart.route_finding as
select file, line, problem, remedy, min(found_at) as found_at
from ops.route_finding
group by file, line, problem, remedy
order by file, line, problem;
comment on view mart.route_finding is 'What is wrong in the route files?';
comment on column mart.route_finding.file is 'File';
comment on column mart.route_finding.line is 'Line, counted from 1';
comment on column mart.route_finding.problem is 'What is wrong';
comment on column mart.route_finding.remedy is 'What would be right';
comment on column mart.route_finding.found_at is 'When it was found';

grant select on mart.route, mart.route_finding to "${serai.reader}";
