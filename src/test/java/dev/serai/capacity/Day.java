package dev.serai.capacity;

import java.util.List;

/**
 * A day second by second: what arrives waits in the broker until the plant takes it, first come, first served.
 *
 * @param peakQueue messages in the broker at the worst moment
 * @param longestDelay seconds from arrival to the table, of the message that waits longest
 * @param medianDelay the same, of the message in the middle
 * @param caughtUpAfter seconds from the end of the last outage until nothing waits; -1 if that is not before the day ends
 */
record Day(long peakQueue, long longestDelay, long medianDelay, long caughtUpAfter) {

    static Day of(Demand demand, double rate, List<Outage> outages) {
        double[] arrived = new double[Demand.DAY];
        double[] carried = new double[Demand.DAY];
        double in = 0;
        double out = 0;
        double peak = 0;
        int end = outages.stream()
                .mapToInt(outage -> outage.from() + outage.seconds())
                .max()
                .orElse(0);
        long caughtUp = -1;
        for (int second = 0; second < Demand.DAY; second++) {
            in += demand.at(second);
            out = Math.min(in, out + rateAt(second, rate, outages));
            arrived[second] = in;
            carried[second] = out;
            peak = Math.max(peak, in - out);
            if (caughtUp < 0 && second >= end && in - out < 1e-6 * in) {
                caughtUp = second - end;
            }
        }
        long[] delays = delays(arrived, carried);
        return new Day(Math.round(peak), delays[1], delays[0], caughtUp);
    }

    private static double rateAt(int second, double rate, List<Outage> outages) {
        return outages.stream()
                .filter(outage -> outage.covers(second))
                .mapToDouble(Outage::rate)
                .min()
                .orElse(rate);
    }

    /** Median and maximum over messages, of those that are carried before the day ends. */
    private static long[] delays(double[] arrived, double[] carried) {
        double[] messages = new double[Demand.DAY + 1];
        int taken = 0;
        long longest = 0;
        double all = 0;
        for (int second = 0; second < Demand.DAY; second++) {
            while (taken < Demand.DAY && carried[taken] < arrived[second] * (1 - 1e-9)) {
                taken++;
            }
            if (taken == Demand.DAY) {
                break;
            }
            double count = arrived[second] - (second == 0 ? 0 : arrived[second - 1]);
            messages[taken - second] += count;
            all += count;
            longest = Math.max(longest, taken - second);
        }
        double seen = 0;
        int median = 0;
        while (median < Demand.DAY && (seen += messages[median]) < all / 2) {
            median++;
        }
        return new long[] {median, longest};
    }
}
