import { durationText } from '../../lib/core/duration';
import { armedBadge, armedState, armedWord } from './armed';
import { check } from './checks';
import { detailLines } from './detail';
import { duration } from './duration-field';
import { formatSeconds } from './durations';
import { entries, entry } from './entry-checks';
import { eventGroups, eventOptions, events } from './event-list';
import { list } from './list-field';
import { logQuery } from './log-filters';
import * as form from './form';
import { labelOf, nameOf, reveal, siteNodeOf } from './nodes-of-flow';
import { portsOf } from './relay-ports';
import { describeDays } from './schedule-words';
import { defaultOf, hasDefault, settingOf } from './settings';
import { table } from './table-field';
import { scale } from './temperature';
import { testButton, testTargets } from './test-button';
import { eventName, label, shorten, t, text } from './texts';
import { topics } from './topic-list';
import { tryNow } from './try-now';
import { pathState, unitWords } from './unit-words';
import { wildcards } from './wildcard-menu';
import { noteSources, renamed, sourceKeysOf, sourcesOf } from './wired-sources';

/** What the dialogs of the nodes find as `window.Ridethrough`. */
export const Ridethrough = {
    // texts
    t,
    text,
    label,
    eventName,
    shorten,
    durationText,
    formatSeconds,
    detailLines,
    // nodes of the flow
    nameOf,
    labelOf,
    reveal,
    siteNodeOf,
    // settings and their checks
    defaultOf,
    hasDefault,
    settingOf,
    entries,
    entry,
    check,
    // declared nodes
    form,
    // fields
    duration,
    list,
    table,
    events,
    eventGroups,
    eventOptions,
    topics,
    portsOf,
    wildcards,
    testButton,
    testTargets,
    tryNow,
    // whether a site is armed
    armedState,
    armedWord,
    armedBadge,
    // what is wired to a node
    sourcesOf,
    sourceKeysOf,
    renamed,
    noteSources,
    // thresholds and sensors
    scale,
    // schedules
    describeDays,
    // the side bar
    pathState,
    unitWords,
    logQuery,
};

export type Ridethrough = typeof Ridethrough;
