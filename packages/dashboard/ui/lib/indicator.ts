import {
    INDICATOR_COLOURS,
    rankOf,
    type IndicatorColour,
    type IndicatorState,
} from '../../../../lib/core/status/indicator';

/** One look of a state. Colour, shape and word say the same, so that none of them is needed alone. */
export interface Look {
    colour: IndicatorColour;
    /** Path in a box of 16 x 16. */
    shape: string;
    /** Filled, or only drawn around. */
    solid: boolean;
    /** Key of its word. */
    word: string;
    /** The lower, the more it needs somebody. */
    rank: number;
}

const SHAPES: Record<IndicatorState, Pick<Look, 'shape' | 'solid'>> = {
    // A battery with a flash.
    outage: { shape: 'M9.5 1L3 9.2h4.2L6 15l7-8.6H8.6z', solid: true },
    // A cross.
    alarm: { shape: 'M3.2 3.2l9.6 9.6M12.8 3.2l-9.6 9.6', solid: false },
    // A line that is broken.
    lost: { shape: 'M1 8h4M11 8h4M6.2 11.5l3.6-7', solid: false },
    // A triangle.
    warning: { shape: 'M8 1.8l6.6 12.2H1.4zM8 6.2v3.6M8 11.7v.6', solid: false },
    // A wave.
    testing: { shape: 'M1 8h3l2-4.5 4 9 2-4.5h3', solid: false },
    // A question.
    never: { shape: 'M5.4 5.6a2.6 2.6 0 1 1 3.8 2.3c-.8.5-1.2.9-1.2 1.9M8 12.4v.6', solid: false },
    // Three dots.
    starting: { shape: 'M3 8h.01M8 8h.01M13 8h.01', solid: false },
    // A hook.
    ok: { shape: 'M2.4 8.6l3.8 3.8 7.4-8.4', solid: false },
    // A bar.
    disabled: { shape: 'M3 8h10', solid: false },
};

/** The only table of looks: marks, tiles, lines and charts use it. */
export const LOOKS: Readonly<Record<IndicatorState, Look>> = Object.fromEntries(
    Object.entries(SHAPES).map(([state, look]) => [
        state,
        {
            ...look,
            word: `state.${state}`,
            colour: INDICATOR_COLOURS[state as IndicatorState],
            rank: rankOf(state as IndicatorState),
        },
    ]),
) as Record<IndicatorState, Look>;
