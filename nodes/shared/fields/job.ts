import { choice, reference, section, type When } from '../../../lib/core/settings';

const EDGES = ['on', 'off', 'both'] as const;
const LOGS = ['always', 'errors', 'never'] as const;

interface JobDefaults {
    edge?: 'on' | 'off' | 'both';
    log?: (typeof LOGS)[number];
}

/** A flow may set every job to both edges; the dialogs of jobs that act offer one. */
const edgeOf = (offers: readonly (typeof EDGES)[number][], otherwise: (typeof EDGES)[number], when?: When) =>
    choice(EDGES, { icon: 'level-up', default: otherwise, offers, when });
const logOf = (otherwise: (typeof LOGS)[number]) => choice(LOGS, { icon: 'list-alt', default: otherwise });
const site = () => reference('ups-site', { icon: 'building-o' });

interface OneEdgeDefaults {
    edge?: 'on' | 'off';
    log?: JobDefaults['log'];
    /** The condition under which the user chooses the edge. */
    edgeWhen?: When;
}

/** The section that all jobs have: the edge, the outcomes for the event log, the site. */
export function jobSection({ edge = 'on', log = 'always', edgeWhen }: OneEdgeDefaults = {}) {
    return section(
        'job',
        { edge: edgeOf(['on', 'off'], edge, edgeWhen), log: logOf(log), site: site() },
        { shared: 'job' },
    );
}

/** As `jobSection`, for a job that may run at both edges. */
export function bothEdgesSection({ edge = 'on', log = 'always' }: JobDefaults = {}) {
    return section('job', { edge: edgeOf(EDGES, edge), log: logOf(log), site: site() }, { shared: 'job' });
}

/** As `jobSection`, for a job without a choice of the edge. */
export function edgelessSection({ log = 'always' }: Pick<JobDefaults, 'log'> = {}) {
    return section('job', { log: logOf(log), site: site() }, { shared: 'job' });
}

/** As `jobSection`, for a node that only needs the site for its log. */
export function siteSection() {
    return section('job', { site: site() }, { shared: 'job' });
}
