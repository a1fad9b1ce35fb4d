export { dataLogCsv } from './data-log-csv';
export { keepPast, type PastSamples } from './past-samples';
export { DEFAULT_RETENTION, openSeries, type SeriesOptions } from './series-store';
export { sourceSamples } from './source-samples';
export { StateSampler } from './state-sampler';
export { onOff, partSamples, statusSamples } from './status-samples';
export type { OldDataLog } from './take-over';
export { UnitSampler } from './unit-sampler';
export type {
    Recording,
    RecordingReason,
    Sample,
    SeriesColumn,
    SeriesInfo,
    SeriesMode,
    SeriesOwner,
    SeriesQuery,
    SeriesRetention,
    SeriesStore,
    SeriesTable,
    Tier,
} from './types';
