//! Figures that a few odd samples do not move.

/// The middle one; 0 where there is none.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match (sorted.get(middle), sorted.len() % 2) {
        (Some(upper), 0) => (sorted.get(middle.saturating_sub(1)).unwrap_or(upper) + upper) / 2.0,
        (Some(value), _) => *value,
        (None, _) => 0.0,
    }
}

/// What `percent` of a hundred values do not exceed.
pub fn percentile(sorted: &[u32], percent: usize) -> f64 {
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().map_or(0.0, f64::from)
}

/// More points than this say nothing more, and every pair of them is looked at.
const POINTS_MAX: usize = 400;

/// How much `y` grows with `x`: the median of the slopes between any two points (Theil and Sen), so that up to a quarter of them may be
/// anything.
pub fn slope(points: &[(f64, f64)]) -> f64 {
    let step = points.len().div_ceil(POINTS_MAX).max(1);
    let points: Vec<_> = points.iter().step_by(step).collect();
    let mut slopes = Vec::new();
    for (number, (x, y)) in points.iter().enumerate() {
        for (later_x, later_y) in points.iter().skip(number + 1).copied() {
            if later_x > x {
                slopes.push((later_y - y) / (later_x - x));
            }
        }
    }
    median(slopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_found() {
        assert_eq!(median([]), 0.0);
        assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median([4.0, 1.0, 2.0, 1000.0]), 3.0);
        let hundred: Vec<u32> = (1..=100).collect();
        assert_eq!((percentile(&hundred, 50), percentile(&hundred, 99)), (51.0, 100.0));
        assert_eq!((percentile(&[], 99), percentile(&[7], 99)), (0.0, 7.0));
    }

    #[test]
    fn a_slope_is_not_moved_by_what_stands_out() {
        let mut points: Vec<(f64, f64)> = (0..40).map(|x| (f64::from(x), 5.0 + 2.0 * f64::from(x))).collect();
        assert_eq!(slope(&points), 2.0);
        for (_, y) in points.iter_mut().skip(30).step_by(3) {
            *y = 10_000.0;
        }
        assert!((slope(&points) - 2.0).abs() < 0.1);
        assert_eq!(slope(&[(1.0, 1.0)]), 0.0);
        assert_eq!(slope(&[(1.0, 1.0), (1.0, 9.0)]), 0.0);
    }
}
