"""Finite-contact receptor-ligand bonds: how many form, how long they hold, how many survive a pull.

Two membranes touch over a small patch for a time t. Receptors come in three conformations s of their own affinity:

    <n>(t) = rho_L rho_R sum_s f_s A_s (1 - exp(-k_s t))          expected bonds, all conformations
    P_adh  = 1 - exp(-<n>)                                        chance that at least one holds

A cluster of i bonds out of N shares a force F; bonds break by Bell's law and open ones form again:

    r_i = i k exp(F x / (i kT)),   g_i = gamma k (N - i)
    tau_i = 1 / r_i + g_i / r_i tau_(i+1),   tau_N = 1 / r_N      mean time from i bonds to i - 1
    T_N = sum_i tau_i                                             mean time from N bonds to none

A cell that flows past a wall at shear rate G touches it for 5 pi / (6 G); contacts shorter than t_min do not count:

    eff(G) = 1 - exp(-lam max(0, 5 pi / (6 G) - t_min))           chance that a collision ends in arrest

Any other pair of molecules counts as many bonds as its receptor's mean affinity gives, with one off-rate; its bond may
be a catch bond, which a small force makes longer lived:

    <n>(t) = rho_L rho_R phi A (f_c + f_i a_i + f_o a_o) (1 - exp(-k t)),    phi = 1 / (1 + blocked)
    k(F) = k exp(F x / kT) + k_c exp(-F x_c / kT)                 slip and catch path
    P_tether = (1 - exp(-<n>(t))) exp(-k(F) w)                    forms while it passes, holds until the next one may

rho    um^-2  density of receptors (L) and ligands (R)      f_s    1     share of receptors in conformation s
A_s    um^4   contact area times two-dimensional affinity   k_s    1/s   off-rate
gamma  1      rebinding rate over off-rate                  x      nm    bond length
kT     pN nm  thermal energy                                lam    1/s   arrests per time of contact that counts
a_i a_o 1     affinity of a conformation over the closed    k_c x_c      rate and length of the catch path
w      s      wait for the next bond

Sources: Chesla 1998, Biophys J, recalled (<n>, P_adh); Bell 1978, Science, recalled (off-rate under force); Erdmann
and Schwarz 2004, Phys Rev Lett 92:108102, recalled (cluster under shared force, with rebinding); Blood 1998;92:1626
(contact time and shortest contact); two paths of a catch bond and the wait of a tether: assumed forms.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engine.arithmetic import Lapse, chance_within, exp, lapse, relaxed_over
from simulation.engine.kernel import inlined
from simulation.engine.presence import present

Floats = NDArray[np.float64]

KT = 4.28  # pN nm at 37 C
COLLISION = 5.0 * math.pi / 6.0  # contact time of a collision times shear rate


class Kinetics(NamedTuple):
    """Two-dimensional kinetics by conformation of the receptor.

    acka_closed, acka_intermediate, acka_open    um^4    contact area times affinity
    off_closed, off_intermediate, off_open       1/s     off-rate
    """

    acka_closed: float
    acka_intermediate: float
    acka_open: float
    off_closed: float
    off_intermediate: float
    off_open: float


class Bonds(NamedTuple):
    """Numbers of bonds by conformation of the receptor.

    closed, intermediate, open    1    bonds
    """

    closed: float
    intermediate: float
    open: float


class Lapses(NamedTuple):
    """What a length of contact does to bonds, by conformation of the receptor."""

    closed: Lapse
    intermediate: Lapse
    open: Lapse


def free_copies(copies: Floats, blocked: Floats) -> Floats:
    """Copies per cell that antibody leaves free, not to be written; the copies themselves where there is none.

    copies     n   1   on the membrane
    blocked    n   1   antibody as concentration over dissociation constant
    """
    if not present(blocked):
        return copies
    free = copies / (1.0 + blocked)
    free.flags.writeable = False  # as columns are that a process reads: one compiled kernel then serves both
    return free


@inlined
def density(copies: float, area: float) -> float:
    """Copies per um^2 of a membrane of `area` um^2; 0 on a membrane without area."""
    return copies / area if area > 0.0 else 0.0


@inlined
def surface(radius: float) -> float:
    """Membrane (um^2) of a round cell."""
    return 4.0 * math.pi * radius * radius


@inlined
def resting_bonds(law: Kinetics, receptors: float, intermediate: float, opened: float, ligands: float) -> Bonds:
    """Bonds after a long contact.

    receptors, ligands     um^-2    densities of those that are free to bind
    intermediate, opened   1        shares of the receptors; the rest is closed
    """
    pairs = receptors * ligands
    closed = max(0.0, 1.0 - intermediate - opened)
    return Bonds(
        pairs * closed * law.acka_closed,
        pairs * intermediate * law.acka_intermediate,
        pairs * opened * law.acka_open,
    )


@inlined
def relaxed_bonds(law: Kinetics, now: Bonds, resting: Bonds, seconds: float) -> Bonds:
    """Bonds after further contact: exact relaxation towards `resting`, each conformation with its own off-rate."""
    return bonds_over(now, resting, lapses(law, seconds))


@inlined
def lapses(law: Kinetics, seconds: float) -> Lapses:
    """What `seconds` of contact do to the bonds of each conformation."""
    return Lapses(lapse(law.off_closed * seconds), lapse(law.off_intermediate * seconds), lapse(law.off_open * seconds))


@inlined
def bonds_over(now: Bonds, resting: Bonds, time: Lapses) -> Bonds:
    """`relaxed_bonds`, to the bit, over a time worked out before: for many contacts of one length."""
    return Bonds(
        relaxed_over(now.closed, resting.closed, time.closed),
        relaxed_over(now.intermediate, resting.intermediate, time.intermediate),
        relaxed_over(now.open, resting.open, time.open),
    )


@inlined
def together(bonds: Bonds) -> float:
    """Bonds of all conformations."""
    return bonds.closed + bonds.intermediate + bonds.open


@inlined
def adhesion_chance(bonds: float) -> float:
    """Chance that at least one of a Poisson number of bonds of this mean holds."""
    return chance_within(bonds)


@inlined
def contact_bonds(
    law: Kinetics, receptors: float, intermediate: float, opened: float, ligands: float, seconds: float
) -> float:
    """Bonds of all conformations after a first contact of given length; arguments as in `resting_bonds`."""
    resting = resting_bonds(law, receptors, intermediate, opened, ligands)
    return together(relaxed_bonds(law, Bonds(0.0, 0.0, 0.0), resting, seconds))


@inlined
def bell(off: float, force: float, length: float) -> float:
    """Off-rate of one bond under force.

    off       1/s    without force
    force     pN     on this bond
    length    nm     from the bound state to the barrier
    """
    return off * exp(force * length / KT)


@inlined
def _cluster_time(n: int, force: float, off: float, length: float, gamma: float) -> float:
    """Mean time in s until `n` closed bonds of `n` are all open; from the top of the recursion down."""
    total = 0.0
    tau = 0.0
    for i in range(n, 0, -1):
        breaking = float(i) * bell(off, force / float(i), length)
        forming = gamma * off * float(n - i)
        tau = (1.0 + forming * tau) / breaking
        total += tau
    return total


@inlined
def rupture_time(bonds: float, force: float, off: float, length: float, gamma: float, cap: int) -> float:
    """Mean time in s until a cluster that shares a force is open.

    bonds     1      closed at the start; between whole numbers the time is interpolated
    force     pN     on the whole cluster
    off       1/s    off-rate without force, > 0
    length    nm     Bell's bond length
    gamma     1      rebinding rate over off-rate
    cap       1      larger clusters count as this many; the time grows exponentially with their size, so that
                     beyond some dozens of bonds nothing ruptures within a lifetime, and cost stays bounded
    """
    if not bonds > 0.0:
        return 0.0
    if bonds >= float(cap):
        return _cluster_time(cap, force, off, length, gamma)
    whole = int(bonds)
    part = bonds - float(whole)
    below = _cluster_time(whole, force, off, length, gamma)
    if part == 0.0:
        return below
    return below + part * (_cluster_time(whole + 1, force, off, length, gamma) - below)


@inlined
def arrest_efficiency(shear_rate: float, lam: float, t_min: float) -> float:
    """Chance that a collision with the wall ends in arrest; 0 where nothing flows.

    shear_rate    1/s    at the wall
    lam           1/s    arrests per time of contact beyond the shortest
    t_min         s      shortest contact that counts
    """
    if not shear_rate > 0.0:
        return 0.0
    return chance_within(lam * max(0.0, COLLISION / shear_rate - t_min))


class PairKinetics(NamedTuple):
    """One pair of receptor and ligand, as the kernels take it; `Pair.kinetics` of the vocabulary makes it.

    acka                    um^4    contact area times affinity of the closed receptor
    intermediate, opened    1       affinity of those conformations over the closed one; 1 where there are none
    off                     1/s     off-rate without force, slip path
    length                  nm      Bell's bond length
    catch_off               1/s     off-rate without force, catch path; 0 for a bond that only slips
    catch_length            nm      how a force closes the catch path
    """

    acka: float
    intermediate: float
    opened: float
    off: float
    length: float
    catch_off: float
    catch_length: float


@inlined
def catch_slip(law: PairKinetics, force: float) -> float:
    """Off-rate (1/s) of one bond under `force` (pN), by both paths."""
    return bell(law.off, force, law.length) + bell(law.catch_off, force, -law.catch_length)


@inlined
def mean_affinity(law: PairKinetics, intermediate: float, opened: float) -> float:
    """Contact area times affinity (um^4) of a receptor with these shares of conformations; the rest is closed."""
    closed = max(0.0, 1.0 - intermediate - opened)
    return law.acka * (closed + intermediate * law.intermediate + opened * law.opened)


@inlined
def firm_density(receptors: float, ligands: float, blocked: float, acka: float) -> float:
    """Bonds of one pair after a long contact.

    Add them up over pairs; `chance_within` of the sum is the chance that one of them holds. From a kernel:
    firm_density(density(copies, area), density(others, wall), 0.0, mean_affinity(law, intermediate, opened)).

    receptors, ligands    um^-2    copies over surface
    blocked               1        antibody and decoys on both, summed, as concentration over dissociation constant
    acka                  um^4     from `mean_affinity`
    """
    return receptors * ligands * acka / (1.0 + blocked)


@inlined
def firm_bonds(
    law: PairKinetics,
    receptors: float,
    ligands: float,
    blocked: float,
    intermediate: float,
    opened: float,
    seconds: float,
) -> float:
    """Bonds of one pair after a contact of `seconds`; conformations and blockade as in the functions above.

    What slows a contact's beginning is the off-rate. P of several pairs is chance_within(sum of firm_bonds).
    """
    rest = firm_density(receptors, ligands, blocked, mean_affinity(law, intermediate, opened))
    return rest * chance_within(law.off * seconds)


@inlined
def tether_chance(
    law: PairKinetics, receptors: float, ligands: float, blocked: float, seconds: float, force: float, wait: float
) -> float:
    """Chance that a cell in flow is tethered by one pair, as a first step before firm hold.

    Several pairs tether together with 1 - product of (1 - tether_chance). 0 without receptors or without ligands.

    receptors, ligands    um^-2    copies over surface
    blocked               1        as in `firm_density`
    seconds               s        contact of the collision, COLLISION / shear rate
    force                 pN       pull of the flow on the bond, which grows with shear rate and radius
    wait                  s        until the next bond may form
    """
    formed = chance_within(firm_bonds(law, receptors, ligands, blocked, 0.0, 0.0, seconds))
    return formed * exp(-catch_slip(law, force) * wait)
