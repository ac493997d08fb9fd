/** 2H polytype of silicon carbide: lattice parameters near those that are measured, four atoms. */
export const wurtzite = `data_SiC_2H
_chemical_name_systematic 'silicon carbide 2H'
_space_group_name_H-M_alt 'P 63 m c'
_space_group_IT_number 186
_cell_length_a 3.076
_cell_length_b 3.076
_cell_length_c 5.048
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 120
loop_
_space_group_symop_operation_xyz
x,y,z
-y,x-y,z
-x+y,-x,z
-x,-y,z+1/2
y,-x+y,z+1/2
x-y,x,z+1/2
-y,-x,z
-x+y,y,z
x,x-y,z
y,x,z+1/2
x-y,-y,z+1/2
-x,-x+y,z+1/2
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Si1 Si 0.3333333333 0.6666666667 0
C1 C 0.3333333333 0.6666666667 0.375
`;
