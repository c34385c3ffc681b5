//! What belongs together because each member belongs to another: disjoint sets (Tarjan 1975).

use std::collections::BTreeMap;

/// Members 0 to `n`, each alone at first.
#[derive(Clone, Debug)]
pub struct Families {
    /// A member of the same family with a smaller number, or itself.
    above: Vec<usize>,
}

impl Families {
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self { above: (0..n).collect() }
    }

    /// Makes all of these one family.
    pub fn join(&mut self, members: impl IntoIterator<Item = usize>) {
        let mut members = members.into_iter();
        let Some(mut first) = members.next().map(|member| self.head(member)) else { return };
        for member in members {
            let other = self.head(member);
            if let Some(above) = self.above.get_mut(first.max(other)) {
                *above = first.min(other);
            }
            first = first.min(other);
        }
    }

    /// Every family, ascending by its first member, and so are its members.
    #[must_use]
    pub fn all(mut self) -> Vec<Vec<usize>> {
        let mut families: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for member in 0..self.above.len() {
            families.entry(self.head(member)).or_default().push(member);
        }
        families.into_values().collect()
    }

    /// The smallest member of a family; the way there is shortened for the next who asks.
    fn head(&mut self, mut member: usize) -> usize {
        while let Some(above) = self.above.get(member).copied().filter(|above| *above != member) {
            let further = self.above.get(above).copied().unwrap_or(above);
            if let Some(slot) = self.above.get_mut(member) {
                *slot = further;
            }
            member = above;
        }
        member
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_joined_with_one_of_a_family_is_of_the_family() {
        let mut families = Families::new(8);
        families.join([5, 1]);
        families.join([7, 3, 6]);
        families.join([6, 5]);
        families.join([]);
        assert_eq!(families.all(), [vec![0], vec![1, 3, 5, 6, 7], vec![2], vec![4]]);
    }
}
