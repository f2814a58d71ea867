"""The rest of the generated catalogue: the lab notebook, probes with their channels, fields of view, tasks, tags, colony.

Written by PostgreSQL itself from the sessions and animals that are there, in the proportions of a collaboration:
540 insertions with 384 channels each, a weighing and two gifts of water for a session, ten tasks for a recording.
``session_replication_role`` is ``replica`` meanwhile, so that what triggers keep is written here as well.
"""

import asyncpg

_COLONY = """
insert into metadata.species (id, name, nickname) values (gen_random_uuid(), 'Bench mouse', 'bench mouse')
    on conflict do nothing;
insert into metadata.strains (id, name) select gen_random_uuid(), 'strain ' || n from generate_series(1, 8) n;
insert into metadata.sources (id, name) select gen_random_uuid(), 'source ' || n from generate_series(1, 6) n;
insert into metadata.lines (id, name, nickname, strain_id)
    select gen_random_uuid(), 'Line ' || n, 'L' || n, (select id from metadata.strains where name = 'strain ' || 1 + n % 8)
    from generate_series(1, 40) n;
insert into metadata.alleles (id, nickname) select gen_random_uuid(), 'allele ' || n from generate_series(1, 60) n;
insert into metadata.line_alleles select l.id, a.id from metadata.lines l join metadata.alleles a
    on substr(l.nickname, 2)::int % 30 = substr(a.nickname, 8)::int % 30;
insert into metadata.cages (id, name, lab_id)
    select gen_random_uuid(), 'C' || n, l.id from metadata.labs l, generate_series(1, 12) n;
insert into metadata.litters (id, name, lab_id, line_id, birth_date)
    select gen_random_uuid(), 'litter ' || l.name || ' ' || n, l.id,
        (select id from metadata.lines where nickname = 'L' || 1 + n % 40), date '2018-01-01' + n * 20
    from metadata.labs l, generate_series(1, 8) n;
update metadata.subjects s set sex = case when right(s.nickname, 1) < '5' then 'M' else 'F' end,
    birth_date = date '2017-12-01' + right(s.nickname, 3)::int, death_date = case when right(s.nickname, 1) < '7' then
        date '2019-06-01' + right(s.nickname, 3)::int end,
    species_id = (select id from metadata.species where nickname = 'bench mouse'),
    line_id = (select id from metadata.lines where nickname = 'L' || 1 + right(s.nickname, 2)::int % 40),
    strain_id = (select id from metadata.strains where name = 'strain ' || 1 + right(s.nickname, 1)::int % 8),
    source_id = (select id from metadata.sources where name = 'source ' || 1 + right(s.nickname, 1)::int % 6),
    litter_id = (select t.id from metadata.litters t where t.lab_id = s.lab_id order by md5(t.name || s.nickname) limit 1),
    responsible_user_id = (select r.user_id from metadata.lab_roles r where r.lab_id = s.lab_id
                           order by md5(r.user_id::text || s.nickname) limit 1);
insert into metadata.zygosities (id, subject_id, allele_id, zygosity)
    select gen_random_uuid(), s.id, a.allele_id, right(s.nickname, 1)::int % 4
    from metadata.subjects s join metadata.line_alleles a on a.line_id = s.line_id;
insert into metadata.housings (id, subject_id, cage_id, start_time)
    select gen_random_uuid(), s.id, (select c.id from metadata.cages c where c.lab_id = s.lab_id
        order by md5(c.name || s.nickname) limit 1), '2018-01-01' from metadata.subjects s;
insert into metadata.subject_projects select distinct s.subject_id, p.project_id
    from metadata.sessions s join metadata.session_projects p on p.session_id = s.id where s.number = 1 and s.qc = 30;
"""

_HUSBANDRY = """
insert into metadata.water_types (id, name) select gen_random_uuid(), 'bench water' on conflict do nothing;
insert into metadata.weighings (id, subject_id, date_time, weight, user_id)
    select gen_random_uuid(), s.subject_id, s.start_time - interval '10 minutes', 18 + s.n_trials % 90 / 10.0, u.user_id
    from metadata.sessions s join lateral (select user_id from metadata.session_users where session_id = s.id limit 1) u on true;
insert into metadata.water_administrations (id, subject_id, date_time, water_administered, water_type_id, session_id, user_id)
    select gen_random_uuid(), s.subject_id, s.end_time + interval '1 hour' * n, 0.5 + s.n_trials % 10 / 10.0,
        (select id from metadata.water_types where name = 'bench water'), case n when 0 then s.id end, u.user_id
    from metadata.sessions s join lateral (select user_id from metadata.session_users where session_id = s.id limit 1) u on true,
        generate_series(0, 1) n;
insert into metadata.water_restrictions (id, subject_id, start_time, end_time, water_type_id, reference_weight)
    select gen_random_uuid(), s.subject_id, min(s.start_time), case when right(min(s.id::text), 1) < 'c' then max(s.end_time) end,
        (select id from metadata.water_types where name = 'bench water'), 24
    from metadata.sessions s group by s.subject_id;
insert into metadata.surgeries (id, subject_id, start_time, implant_weight, location_id)
    select gen_random_uuid(), s.subject_id, min(s.start_time) - interval '1 day' * (20 * n), n, min(s.location_id::text)::uuid
    from metadata.sessions s, generate_series(1, 2) n group by s.subject_id, n;
insert into metadata.surgery_procedures select s.id, p.id from metadata.surgeries s, metadata.procedures p where p.name = 'Handling';
insert into metadata.surgery_users select s.id, a.responsible_user_id
    from metadata.surgeries s join metadata.subjects a on a.id = s.subject_id;
insert into metadata.notes (id, user_id, date_time, text, content_type, object_id)
    select gen_random_uuid(), u.user_id, s.end_time, 'Moved well; ' || s.n_trials || ' trials', 'session', s.id
    from metadata.sessions s join lateral (select user_id from metadata.session_users where session_id = s.id limit 1) u on true
    where s.n_trials % 4 = 0;
"""

_PROBES = """
insert into metadata.probe_models (id, name, probe_manufacturer, probe_model) values
    (gen_random_uuid(), 'bench probe', 'imec', 'BENCH3B2');
insert into metadata.coordinate_systems (id, name) select gen_random_uuid(), 'Bench-Allen';
insert into metadata.probe_insertions (id, session_id, model_id, name, serial, json)
    select gen_random_uuid(), s.id, (select id from metadata.probe_models where probe_model = 'BENCH3B2'),
        'probe0' || n, '18194819' || n, jsonb_build_object('qc', case s.qc when 30 then 'FAIL' else 'PASS' end,
            'extended_qc', jsonb_build_object('tracing_exists', true, 'alignment_count', s.n_trials % 4,
                                              'alignment_resolved', s.n_trials % 3 = 0))
    from (select * from metadata.sessions where task_protocol like '%ephys%' order by md5(id::text) limit 270 * $1) s,
        generate_series(0, 1) n;
insert into metadata.trajectories (id, probe_insertion_id, x, y, z, depth, theta, phi, roll, provenance, coordinate_system_id)
    select gen_random_uuid(), i.id, -2243 + k, -2000 - k, -100, 4000, 15, 180, 0, p,
        (select id from metadata.coordinate_systems where name = 'Bench-Allen')
    from (select id, ('x' || left(md5(id::text), 4))::bit(16)::int % 1000 k from metadata.probe_insertions) i,
        unnest(array[10, 30, 50, 70]) p;
insert into metadata.channels (id, trajectory_estimate_id, brain_region_id, axial, lateral_um, x, y, z)
    select gen_random_uuid(), t.id, r.ids[1 + (t.k + c / 32) % array_length(r.ids, 1)], 20 * (c / 2) + 20, 11 + 32 * (c % 2),
        t.x + c, t.y - c, -4000 + c * 10
    from (select *, ('x' || left(md5(id::text), 6))::bit(24)::int k from metadata.trajectories where provenance = 70) t,
        (select array_agg(id order by graph_order) ids from metadata.brain_regions where id > 0) r, generate_series(0, 383) c;
insert into metadata.trajectory_regions select distinct brain_region_id, trajectory_estimate_id from metadata.channels;
insert into metadata.imaging_types (id, name) select gen_random_uuid(), 'bench mesoscope';
insert into metadata.fields_of_view (id, session_id, name, imaging_type_id)
    select gen_random_uuid(), s.id, 'FOV_0' || n, (select id from metadata.imaging_types where name = 'bench mesoscope')
    from (select id from metadata.sessions where task_protocol not like '%ephys%' order by md5(id::text) limit 100 * $1) s,
        generate_series(0, 7) n;
insert into metadata.fov_locations (id, field_of_view_id, provenance, default_provenance, x, y, z, n_xyz)
    select gen_random_uuid(), f.id, p, p = 'L', array[1.0, 2, 1, 2], array[1.0, 1, 2, 2], array[0.0, 0, 0, 0], array[512, 512, 1]
    from metadata.fields_of_view f, unnest(array['E', 'L']) p;
insert into metadata.fov_location_regions select distinct l.id, r.ids[1 + (l.k + n * 7) % array_length(r.ids, 1)]
    from (select id, ('x' || left(md5(id::text), 6))::bit(24)::int k from metadata.fov_locations) l,
        (select array_agg(id order by graph_order) ids from metadata.brain_regions where id > 0) r, generate_series(0, 4) n;
"""

_PIPELINES = """
insert into metadata.tasks (id, name, session_id, data_repository_id, status, level, priority, graph, executable)
    select gen_random_uuid(), 'Task' || n, s.id, (select id from files.repositories where name = 'lab_server'),
        (array[20, 30, 40, 60, 60, 60, 60, 60])[1 + (s.n_trials + n) % 8], n / 4, 100 - n, 'ephys_pipeline', 'pipes.Task' || n
    from metadata.sessions s, generate_series(0, 9) n where s.task_protocol like '%ephys%';
insert into files.tags (id, name, protected, public) select gen_random_uuid(), '2022_Q' || n || '_release', n = 2, n = 1
    from generate_series(1, 4) n;
insert into files.dataset_tags select d.id, t.id from files.datasets d join metadata.sessions s on s.id = d.session_id
    join files.tags t on t.name = '2022_Q' || 1 + s.n_trials % 4 || '_release' where s.n_trials % 5 = 0;
insert into files.data_notices (id, name, description, importance) select gen_random_uuid(), 'notice ' || n, 'See.', 30
    from generate_series(1, 20) n;
insert into files.data_notice_datasets select n.id, d.id from files.data_notices n join lateral (
    select id from files.datasets where name = 'spikes.times.npy' and hash like '0' || right(n.name, 1) || '%' limit 40) d on true;
insert into files.downloads (id, user_id, dataset_id, first_download, last_download, count)
    select gen_random_uuid(), u.id, d.id, now(), now(), 1 from (select id from metadata.users order by username limit 10) u,
        (select id from files.datasets where name = 'spikes.times.npy' limit 500) d;
"""


async def complete(connection: asyncpg.Connection, times: int) -> None:
    """Write what hangs on sessions and animals; ``times`` as the sessions were multiplied."""
    for script in (_COLONY, _HUSBANDRY, _PROBES, _PIPELINES):
        for statement in script.split(";\n"):
            if statement.strip():
                await connection.execute(statement, *([times] if "$1" in statement else []))
