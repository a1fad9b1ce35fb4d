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
