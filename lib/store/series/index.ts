export { batteryCsv, dischargeCsv, type BatteryCsvQuery } from './battery-csv';
export { BatterySampler, blockQuantity, stringQuantity } from './battery-sampler';
export { dataLogCsv } from './data-log-csv';
export { keepPast, type PastSamples } from './past-samples';
export { batteryRetention, DEFAULT_RETENTION } from './retention';
export { openSeries, type SeriesOptions } from './series-store';
export { sourceSamples } from './source-samples';
export { StateSampler } from './state-sampler';
export { onOff, partSamples, statusSamples } from './status-samples';
export type { OldDataLog } from './take-over';
export { UnitSampler } from './unit-sampler';
export type {
    DischargeHistory,
    NumberedValues,
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
